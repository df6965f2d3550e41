internal import Foundation
internal import LinearAlgebra

/// OpenBLAS reads its settings when it is loaded, so they must be in the environment before the program starts.
package enum BLASEnvironment {
    /// What every process of ours has set: parallelism comes from worker processes, and bits from single-threaded products.
    ///
    /// And what glibc's allocator reads: blocks of up to 32 MiB that are freed are used again, and up to `keptBytes` of them stay. Fresh
    /// ones come from the kernel page by page, each zeroed first, which took a fifth of the time of a layer of 1024 samples.
    static let variables = [
        "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "\(32 << 20)",
        "MALLOC_TRIM_THRESHOLD_": "\(keptBytes)",
    ]

    private static let coreVariable = "OPENBLAS_CORETYPE"

    /// Bytes that the allocator may hold back.
    static let keptBytes = 128 << 20

    /// Replaces this process by itself with the variables set, once. Returns where they are set already, or cannot be.
    ///
    /// Before any thread is started: OpenBLAS would start its own, to which signals could then be delivered.
    package static func reexecuteIfNeeded() {
        var missing = variables.filter { getenv($0.key).map { String(cString: $0) } != $0.value }
        // Whoever has chosen a core keeps it.
        if getenv(coreVariable) == nil { missing[coreVariable] = Products.coreToAskFor }
        guard !missing.isEmpty, getenv("PLATONIC_REEXECUTED") == nil, let path = Executable.path else { return }
        for (name, value) in missing { setenv(name, value, 1) }
        setenv("PLATONIC_REEXECUTED", "1", 1)
        let arguments = [path] + CommandLine.arguments.dropFirst()
        _ = withCStrings(arguments) { execv(path, $0) }
    }
}

/// The program that this process runs.
package enum Executable {
    /// Its absolute path.
    package static var path: String? { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") }
}

/// Calls `body` with a null-terminated array of C strings.
func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
    for (index, text) in texts.enumerated() { pointers[index] = strdup(text) }
    pointers[texts.count] = nil
    defer {
        for index in texts.indices { free(pointers[index]) }
        pointers.deallocate()
    }
    return body(pointers)
}
