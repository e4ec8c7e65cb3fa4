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
static void notify_3(cmap_handle_t handle, cmap_track_handle_t track, int32_t event,
    const char *key, struct cmap_notify_value new_value,
    struct cmap_notify_value old_value, void *user_data);

static void notify_3(cmap_handle_t handle, cmap_track_handle_t track, int32_t event,
    const char *key, struct cmap_notify_value new_value,
    struct cmap_notify_value old_value, void *user_data) {
  (void)handle; (void)track; (void)user_data; (void)new_value; (void)old_value;
  printf("callback of 3: %s %s\n", event == CMAP_TRACK_ADD ? "ADD" :
         event == CMAP_TRACK_DELETE ? "DELETE" : event == CMAP_TRACK_MODIFY ? "MODIFY" : "?", key ? key : "NULL");
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  said(0, "initialize", cmap_initialize(&connection[0]));
  { const uint8_t value = 1; said(1, "set", cmap_set(connection[0], "test.a", &value, sizeof value, CMAP_VALUETYPE_UINT8)); }
  said(2, "set", cmap_set(connection[0], "test.s", "a text", 6, CMAP_VALUETYPE_STRING));
  said(3, "track_add", cmap_track_add(connection[0], "test.p", CMAP_TRACK_DELETE | CMAP_TRACK_MODIFY | CMAP_TRACK_ADD, notify_3, NULL, &tracker[0]));
  { char *value = NULL; said(4, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(5, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(6, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(7, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(8, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(9, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(10, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(11, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(12, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(13, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(14, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(15, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(16, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(17, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(18, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(19, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(20, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(21, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(22, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(23, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(24, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(25, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(26, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(27, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(28, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(29, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(30, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(31, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(32, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(33, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(34, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(35, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(36, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(37, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(38, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(39, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(40, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(41, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(42, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(43, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(44, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(45, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(46, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(47, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(48, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(49, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(50, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(51, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(52, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(53, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(54, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(55, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(56, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(57, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(58, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(59, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(60, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(61, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(62, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(63, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(64, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(65, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(66, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(67, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(68, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(69, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(70, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(71, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(72, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(73, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(74, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(75, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(76, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(77, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(78, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(79, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(80, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(81, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  { char *value = NULL; said(82, "get_string", cmap_get_string(connection[0], "test.s", &value)); free(value); }
  { char *value = NULL; said(83, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  said(84, "dispatch", cmap_dispatch(connection[0], CS_DISPATCH_ALL));
  said(85, "finalize", cmap_finalize(connection[0]));
  return 0;
}
