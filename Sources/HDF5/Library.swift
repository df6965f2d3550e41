import CHDF5
import Glibc

/// libhdf5 as a whole: the lock around it and the settings that hold for all of it.
enum Library {
    // Distributions build libhdf5 with or without its own lock (and libhdf5_hl always without), so every sequence of
    // calls runs under this one. It is recursive because a handle may go out of scope, and close, inside a sequence.
    // Never reassigned and never freed; the mutex behind the pointer is what threads contend for.
    nonisolated(unsafe) private static let mutex: UnsafeMutablePointer<pthread_mutex_t> = {
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
        pthread_mutex_init(mutex, &attributes)
        pthread_mutexattr_destroy(&attributes)
        return mutex
    }()

    // The exit handler of libhdf5 closes what is open while other threads may still be reading, and crashes after a
    // failed write. Files to be kept are closed explicitly, so it has nothing to do.
    private static let withoutExitHandler: Bool = H5dont_atexit() >= 0

    /// Runs a sequence of library calls that no other thread interrupts.
    static func locked<Result: ~Copyable>(_ body: () throws(HDF5Error) -> Result) throws(HDF5Error) -> Result {
        enter()
        defer { leave() }
        return try body()
    }

    /// Starts a sequence of calls that cannot throw, as in a deinit; `leave()` ends it.
    static func enter() {
        pthread_mutex_lock(mutex)
        _ = withoutExitHandler
        // Errors are thrown, not printed. A thread-safe build keeps this setting per thread, so it is made each time.
        H5Eset_auto2(chdf5_default_error_stack(), nil, nil)
    }

    /// Ends the sequence that `enter()` started.
    static func leave() {
        pthread_mutex_unlock(mutex)
    }
}
