/* cmap_iter_next.value_len: another.
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

static cmap_handle_t peer;
cmap_handle_t connection[1];
cmap_iter_handle_t iterator[1];

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (cmap_initialize(&peer) != CS_OK) return 2;
  said(0, "initialize", cmap_initialize(&connection[0]));
  { const int16_t value = 1; said(1, "set", cmap_set(connection[0], "test.a", &value, sizeof value, CMAP_VALUETYPE_INT16)); }
  { const uint32_t value = 2U; said(2, "set", cmap_set(peer, "test.b", &value, sizeof value, CMAP_VALUETYPE_UINT32)); }
  { const int32_t value = 3; said(3, "set", cmap_set(connection[0], "test.a.b", &value, sizeof value, CMAP_VALUETYPE_INT32)); }
  said(4, "set", cmap_set(peer, "test", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", 4096, CMAP_VALUETYPE_STRING));
  said(5, "set", cmap_set(peer, "tests.abc", "\377\377\377\177", 4, CMAP_VALUETYPE_FLOAT));
  said(6, "set", cmap_set(connection[0], "test.c", "\011\000\000\000\000\000\000\000", 8, CMAP_VALUETYPE_DOUBLE));
  said(7, "iter_init", cmap_iter_init(connection[0], "test", &iterator[0]));
  { char key[CMAP_KEYNAME_MAXLEN + 1] = ""; size_t len = 0; cmap_value_types_t type = CMAP_VALUETYPE_UINT8; said(8, "iter_next", cmap_iter_next(connection[0], iterator[0], key, &len, &type)); (void)key; (void)len; (void)type; }
  { char key[CMAP_KEYNAME_MAXLEN + 1] = ""; size_t len = 0; cmap_value_types_t type = CMAP_VALUETYPE_UINT8; said(9, "iter_next", cmap_iter_next(connection[0], iterator[0], key, &len, &type)); (void)key; (void)len; (void)type; }
  { char key[CMAP_KEYNAME_MAXLEN + 1] = ""; size_t len = 0; cmap_value_types_t type = CMAP_VALUETYPE_UINT8; said(10, "iter_next", cmap_iter_next(connection[0], iterator[0], key, &len, &type)); (void)key; (void)len; (void)type; }
  said(11, "dispatch", cmap_dispatch(connection[0], CS_DISPATCH_ALL));
  said(12, "finalize", cmap_finalize(connection[0]));
  return 0;
}
