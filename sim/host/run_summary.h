// What a run did and left behind, as the last lines of its host level: what a sweep goes by.
//
//   WriteRunSummary(host);
//
//   0 | counts malloc=12 poll=3 recv=2         every interposed call of client code, by name
//   0 | reached service.reply.delay=4          what faults of the service could strike; of plans with faults
//   0 | struck-at malloc=7 poll=1              both of these when a fault struck last
//   0 | left fds=0 maps=0 files=0 heap_blocks=0 connections=0
//
// What is left is the client's: open descriptors, mappings, files of its connections that are still
// there, blocks of memory, and connections that the service still holds.
#pragma once

namespace cmapsim {

class VirtualHost;

void WriteRunSummary(VirtualHost& host);

}  // namespace cmapsim
