import Testing

/// Tests that run the program as processes, one at a time, since they compete for the cores.
@Suite("The program as processes", .serialized)
enum ProcessSuite {}
