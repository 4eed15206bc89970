// The loads: each plays the client and the server of a relay, and prints one line of JSON.
//
// Every load takes --port (where clients connect: the relay) and --backend (where the server
// listens), and ends the program with a message when a byte is missing. Refuses: measuring the
// relay's own CPU time and memory, which the driver does from outside.
#pragma once

namespace loadgen {

class Options;

// --flows streams from client to server for --seconds: bytes, and seconds from the first to the
// last.
void bulk(const Options& options);

// Messages to and fro on one connection for --seconds: round-trip times.
void pingpong(const Options& options);

// --concurrency at a time: connect, a message each way, close; for --seconds: connections.
void short_connections(const Options& options);

// --connections are opened, used once and held: prints `ready`, then waits for the end of its
// standard input.
void idle(const Options& options);

// Runs the command after `--` --count times, on --command-cpus: it connects to --backend and sends
// --bytes. Time from start to exit.
void one_shot(const Options& options);

}  // namespace loadgen
