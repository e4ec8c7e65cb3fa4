// The clauses that the oracle judges by, named once.
//
//   state.Conforms(clause::kOne, "CS_OK", step);
//
// judge_test checks that the register has each of them, so that no observation points nowhere.
#pragma once

#include <string_view>

namespace cmapsim::clause {

// enumerator, id. Clauses by function (what it returns, what it says of a dead service) are in
// function_clauses.h.
// clang-format off
#define CMAPSIM_ORACLE_CLAUSES(X) \
  X(kDispatches,             "cmap_dispatch.dispatches") \
  X(kDispatchTypes,          "cmap_dispatch.possible_types") \
  X(kOne,                    "cmap_dispatch.one") \
  X(kAll,                    "cmap_dispatch.all") \
  X(kBlocking,               "cmap_dispatch.blocking") \
  X(kOneNonblocking,         "cmap_dispatch.one_nonblocking") \
  X(kTryAgain,               "cmap_dispatch.one_nonblocking.try_again") \
  X(kTrackingNeeded,         "cmap_dispatch.tracking_needed") \
  X(kSeveralKeys,            "cmap_track_add.several_keys") \
  X(kSeveralTimes,           "cmap_track_add.several_times") \
  X(kTrackKeyName,           "cmap_track_add.key_name") \
  X(kTrackAdditions,         "cmap_track_add.track_type.add") \
  X(kTrackDeletions,         "cmap_track_add.track_type.delete") \
  X(kTrackModifications,     "cmap_track_add.track_type.modify") \
  X(kTrackPrefix,            "cmap_track_add.track_type.prefix") \
  X(kPrefixNeverReturned,    "cmap_track_add.track_type.prefix_never_returned") \
  X(kNotifyFn,               "cmap_track_add.notify_fn") \
  X(kNotesStatsKeys,         "cmap_track_add.notes.stats_keys") \
  X(kNotesStatsPrefixes,     "cmap_track_add.notes.stats_prefixes") \
  X(kUserData,               "cmap_track_add.user_data") \
  X(kTrackHandle,            "cmap_track_add.cmap_track_handle") \
  X(kCallbackHandle,         "cmap_track_add.callback.cmap_handle") \
  X(kCallbackTrackHandle,    "cmap_track_add.callback.cmap_track_handle") \
  X(kCallbackEvent,          "cmap_track_add.callback.event") \
  X(kCallbackKeyName,        "cmap_track_add.callback.key_name") \
  X(kCallbackNewValue,       "cmap_track_add.callback.new_value") \
  X(kCallbackOldValue,       "cmap_track_add.callback.old_value") \
  X(kUnsetFields,            "cmap_track_add.callback.unset_fields") \
  X(kInvalidNotifyFn,        "cmap_track_add.invalid_notify_fn") \
  X(kInvalidTrackType,       "cmap_track_add.invalid_track_type") \
  X(kTrackDeleteRemoves,     "cmap_track_delete.removes") \
  X(kTrackDeleteBadHandle,   "cmap_track_delete.bad_handle") \
  X(kSeveralConnections,     "cmap_initialize.several") \
  X(kHandleIdentifies,       "cmap_initialize.handle_identifies") \
  X(kConnects,               "cmap_initialize.connects") \
  X(kMapConnects,            "cmap_initialize_map.connects") \
  X(kMapSeveral,             "cmap_initialize_map.several") \
  X(kMapHandleIdentifies,    "cmap_initialize_map.handle_identifies") \
  X(kHandleNotReused,        "cmap_finalize.handle_not_reused") \
  X(kNoMoreCallbacks,        "cmap_finalize.no_more_callbacks") \
  X(kFinalizeBadHandle,      "cmap_finalize.bad_handle") \
  X(kFinalizeCloses,         "cmap_finalize.closes") \
  X(kFdPoll,                 "cmap_fd_get.poll") \
  X(kSetStores,              "cmap_set.stores") \
  X(kSetKeyLimits,           "cmap_set.key_limits") \
  X(kSetKeyLength,           "cmap_set.key_length") \
  X(kSetKeyCharacters,       "cmap_set.key_characters") \
  X(kSetUnspecified,         "cmap_set.unspecified") \
  X(kSetReadOnly,            "cmap_set.read_only") \
  X(kGetValue,               "cmap_get.value") \
  X(kGetTypeNull,            "cmap_get.type.null") \
  X(kGetShortBuffer,         "cmap_get.short_buffer") \
  X(kGetUnspecified,         "cmap_get.unspecified") \
  X(kGetNotExist,            "cmap_get.not_exist") \
  X(kGetNoValue,             "cmap_get.no_value") \
  X(kGetLengthChecked,       "cmap_get.length_checked") \
  X(kGetOtherType,           "cmap_get.shortcuts.other_type") \
  X(kGetStringAllocated,     "cmap_get.shortcuts.string.allocated") \
  X(kDeleteDeletes,          "cmap_delete.deletes") \
  X(kDeleteUnspecified,      "cmap_delete.unspecified") \
  X(kDeleteNotExist,         "cmap_delete.not_exist") \
  X(kDeleteReadOnly,         "cmap_delete.read_only") \
  X(kIncUnspecified,         "cmap_inc.unspecified") \
  X(kIncNotExist,            "cmap_inc.not_exist") \
  X(kIncReadOnly,            "cmap_inc.read_only") \
  X(kIncTypes,               "cmap_inc.types") \
  X(kDecUnspecified,         "cmap_dec.unspecified") \
  X(kDecNotExist,            "cmap_dec.not_exist") \
  X(kDecReadOnly,            "cmap_dec.read_only") \
  X(kDecTypes,               "cmap_dec.types") \
  X(kIncIncreases,           "cmap_inc.increases") \
  X(kDecDecreases,           "cmap_dec.decreases") \
  X(kIncOverflow,            "cmap_inc.overflow") \
  X(kDecOverflow,            "cmap_dec.overflow") \
  X(kContextReturned,        "cmap_context_get.returns_context") \
  X(kContextUntouched,       "cmap_context_set.untouched") \
  X(kMapNamed,               "cmap_initialize_map.map") \
  X(kMapIcmap,               "cmap_initialize_map.icmap") \
  X(kMapStats,               "cmap_initialize_map.stats") \
  X(kIterIterates,           "cmap_iter_init.iterates") \
  X(kIterPrefix,             "cmap_iter_init.prefix") \
  X(kIterAllKeys,            "cmap_iter_init.all_keys") \
  X(kIterHandleGiven,        "cmap_iter_init.cmap_iter_handle") \
  X(kIterInitNoSections,     "cmap_iter_init.no_sections") \
  X(kIterNext,               "cmap_iter_next.next") \
  X(kIterKeyName,            "cmap_iter_next.key_name") \
  X(kIterNextHandle,         "cmap_iter_next.iter_handle") \
  X(kIterValueLength,        "cmap_iter_next.value_len") \
  X(kIterType,               "cmap_iter_next.type") \
  X(kIterNoSections,         "cmap_iter_next.no_sections") \
  X(kIterFinalizeFrees,      "cmap_iter_finalize.frees") \
  X(kIterFinalizeHandle,     "cmap_iter_finalize.iter_handle") \
  X(kUndocOneCallbacks,      "undocumented.dispatch_one.callbacks") \
  X(kUndocCausedEvents,      "undocumented.dispatch_all.caused_by_callbacks") \
  X(kUndocFinalizeInside,    "undocumented.dispatch.finalize_in_callback") \
  X(kUndocFinalizeElsewhere, "undocumented.dispatch.finalize_in_another_task") \
  X(kUndocAfterDeath,        "undocumented.dispatch.waiting_when_service_died") \
  X(kUndocOrderChanges,      "undocumented.order.changes") \
  X(kUndocOrderTrackers,     "undocumented.order.trackers") \
  X(kUndocInvalidHandle,     "undocumented.invalid_handle") \
  X(kUndocNullKey,           "undocumented.track_add.null_key") \
  X(kUndocEmptyMask,         "undocumented.track_add.empty_track_type") \
  X(kUndocLongKey,           "undocumented.track_add.long_key") \
  X(kUndocNullOutput,        "undocumented.null_output") \
  X(kUndocKeyCharacters,     "undocumented.set.key_characters") \
  X(kUndocValueLength,       "undocumented.set.value_length") \
  X(kUndocNotInteger,        "undocumented.adjust.not_an_integer") \
  X(kUndocFdDeletedTracker,  "undocumented.fd_get.deleted_tracker") \
  X(kUndocStoppedService,    "undocumented.stopped_service") \
  X(kUndocLookedUpName,      "undocumented.looked_up_name") \
  X(kUndocOutputsAfterError, "undocumented.outputs_after_error") \
  X(kUndocContextUnset,      "undocumented.context_unset") \
  X(kUndocUnknownMap,        "undocumented.unknown_map") \
  X(kUndocStatsMap,          "undocumented.stats_map") \
  X(kUndocIterOrder,         "undocumented.iter_order") \
  X(kUndocIterLongPrefix,    "undocumented.iter_init.long_prefix") \
  X(kUndocInvalidIterator,   "undocumented.invalid_iterator") \
  X(kUndocMemoryLeft,        "undocumented.memory_left") \
  X(kUndocSharedFilesLeft,   "undocumented.shared_files_left") \
  X(kUndocSharedFilesKept,   "undocumented.shared_files_kept") \
  X(kHarnessTrace,           "harness.trace")
// clang-format on

#define CMAPSIM_X(enumerator, id) inline constexpr std::string_view enumerator = id;
CMAPSIM_ORACLE_CLAUSES(CMAPSIM_X)
#undef CMAPSIM_X

#define CMAPSIM_X(enumerator, id) enumerator,
inline constexpr std::string_view kOracleClauses[] = {CMAPSIM_ORACLE_CLAUSES(CMAPSIM_X)};
#undef CMAPSIM_X

}  // namespace cmapsim::clause
