// Steps of the peer and the service that are under way while the client goes on.
//
// On the virtual host an "@" line tells exactly when such a step was carried out. Beside a real
// daemon it was carried out at some time between being reached and its "@" line, which may even
// come later than the callbacks that it caused. Then a callback that shows it proves that it was
// carried out before.
#pragma once

#include "conformance/oracle/run_state.h"

namespace cmapsim {

struct Callback;

// A step with `after` was reached (live only).
void BeginUnderWay(RunState& state, const Step& step);
// Its "@" line: nothing of it is still to come. Returns whether it had been committed before.
bool EndUnderWay(RunState& state, const Step& step, bool succeeded, Nanos now_ns);
// Commits a step that is under way where its change is what the callback tells of.
bool CommitShownBy(RunState& state, const Callback& cb, Nanos now_ns);
// The client, or the peer at once, changes a key: if it is also under way, nobody knows which came
// first.
void NoteRace(RunState& state, const Step& step);

}  // namespace cmapsim
