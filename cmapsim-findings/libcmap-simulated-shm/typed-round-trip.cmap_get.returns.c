/* cmap_get.returns: crash SIGABRT.
 * cc -Wall -Wextra -Werror FILE.c -lcmap, then run it as root beside a running corosync. Each line that it prints
 * is a call or a callback, with the number of the plan's step. */
#include <corosync/cmap.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void said(int step, const char *call, cs_error_t result) {
  printf("%d %s: ", step, call);
  switch (result) {
    case CS_OK: printf("CS_OK"); break;
    case CS_ERR_LIBRARY: printf("CS_ERR_LIBRARY"); break;
    case CS_ERR_TRY_AGAIN: printf("CS_ERR_TRY_AGAIN"); break;
    case CS_ERR_INVALID_PARAM: printf("CS_ERR_INVALID_PARAM"); break;
    case CS_ERR_NO_MEMORY: printf("CS_ERR_NO_MEMORY"); break;
    case CS_ERR_BAD_HANDLE: printf("CS_ERR_BAD_HANDLE"); break;
    case CS_ERR_BUSY: printf("CS_ERR_BUSY"); break;
    case CS_ERR_ACCESS: printf("CS_ERR_ACCESS"); break;
    case CS_ERR_NOT_EXIST: printf("CS_ERR_NOT_EXIST"); break;
    case CS_ERR_NAME_TOO_LONG: printf("CS_ERR_NAME_TOO_LONG"); break;
    case CS_ERR_EXIST: printf("CS_ERR_EXIST"); break;
    case CS_ERR_NO_SPACE: printf("CS_ERR_NO_SPACE"); break;
    case CS_ERR_INTERRUPT: printf("CS_ERR_INTERRUPT"); break;
    case CS_ERR_NO_RESOURCES: printf("CS_ERR_NO_RESOURCES"); break;
    case CS_ERR_NOT_SUPPORTED: printf("CS_ERR_NOT_SUPPORTED"); break;
    case CS_ERR_MESSAGE_ERROR: printf("CS_ERR_MESSAGE_ERROR"); break;
    case CS_ERR_NO_SECTIONS: printf("CS_ERR_NO_SECTIONS"); break;
    default: printf("%d", (int)result); break;
  }
  printf("\n");
}

cmap_handle_t connection[1];
cmap_track_handle_t tracker[1];
static void notify_1(cmap_handle_t handle, cmap_track_handle_t track, int32_t event,
    const char *key, struct cmap_notify_value new_value,
    struct cmap_notify_value old_value, void *user_data);

static void notify_1(cmap_handle_t handle, cmap_track_handle_t track, int32_t event,
    const char *key, struct cmap_notify_value new_value,
    struct cmap_notify_value old_value, void *user_data) {
  (void)handle; (void)track; (void)user_data; (void)new_value; (void)old_value;
  printf("callback of 1: %s %s\n", event == CMAP_TRACK_ADD ? "ADD" :
         event == CMAP_TRACK_DELETE ? "DELETE" : event == CMAP_TRACK_MODIFY ? "MODIFY" : "?", key ? key : "NULL");
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  said(0, "initialize", cmap_initialize(&connection[0]));
  said(1, "track_add", cmap_track_add(connection[0], "test.", CMAP_TRACK_DELETE | CMAP_TRACK_MODIFY | CMAP_TRACK_ADD | CMAP_TRACK_PREFIX, notify_1, NULL, &tracker[0]));
  { const int16_t value = -1; said(2, "set", cmap_set(connection[0], "test.b/c:d_e-F", &value, sizeof value, CMAP_VALUETYPE_INT16)); }
  { int16_t value = 0; said(3, "get_int16", cmap_get_int16(connection[0], "test.b/c:d_e-F", &value)); (void)value; }
  said(4, "set_string", cmap_set_string(connection[0], "test.a.b", "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"));
  { char *value = NULL; said(5, "get_string", cmap_get_string(connection[0], "test.a.b", &value)); free(value); }
  { static char value[20000]; size_t len = 20000; cmap_value_types_t type = CMAP_VALUETYPE_UINT8; said(6, "get", cmap_get(connection[0], "test.a.b", value, &len, &type)); (void)value; (void)len; (void)type; }
  said(7, "dispatch", cmap_dispatch(connection[0], CS_DISPATCH_ALL));
  said(8, "finalize", cmap_finalize(connection[0]));
  return 0;
}
