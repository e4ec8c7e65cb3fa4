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

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  said(0, "initialize", cmap_initialize(&connection[0]));
  said(1, "set_string", cmap_set_string(connection[0], "test.a", "bbbbbbbbbbbbbbbbb"));
  { int8_t value = 0; said(2, "get_int8", cmap_get_int8(connection[0], "test.a", &value)); (void)value; }
  { uint8_t value = 0; said(3, "get_uint8", cmap_get_uint8(connection[0], "test.a", &value)); (void)value; }
  { int16_t value = 0; said(4, "get_int16", cmap_get_int16(connection[0], "test.a", &value)); (void)value; }
  { uint16_t value = 0; said(5, "get_uint16", cmap_get_uint16(connection[0], "test.a", &value)); (void)value; }
  { int32_t value = 0; said(6, "get_int32", cmap_get_int32(connection[0], "test.a", &value)); (void)value; }
  { uint32_t value = 0; said(7, "get_uint32", cmap_get_uint32(connection[0], "test.a", &value)); (void)value; }
  { int64_t value = 0; said(8, "get_int64", cmap_get_int64(connection[0], "test.a", &value)); (void)value; }
  { uint64_t value = 0; said(9, "get_uint64", cmap_get_uint64(connection[0], "test.a", &value)); (void)value; }
  { float value = 0; said(10, "get_float", cmap_get_float(connection[0], "test.a", &value)); (void)value; }
  { double value = 0; said(11, "get_double", cmap_get_double(connection[0], "test.a", &value)); (void)value; }
  { char *value = NULL; said(12, "get_string", cmap_get_string(connection[0], "test.a", &value)); free(value); }
  said(13, "dispatch", cmap_dispatch(connection[0], CS_DISPATCH_ALL));
  said(14, "finalize", cmap_finalize(connection[0]));
  return 0;
}
