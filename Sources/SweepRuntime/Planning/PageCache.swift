internal import Foundation
internal import SweepModel

/// Which parts of files are in memory, and how fast the disk gives the others.
enum PageCache {
    /// Bytes of the file at `path` that are not in memory, and a place where they begin; nil where that cannot be known.
    static func missing(_ path: String) -> (bytes: Int, first: Int)? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return nil }
        let (size, page) = (Int(status.st_size), Int(getpagesize()))
        guard let mapped = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), mapped != MAP_FAILED else {
            return nil
        }
        defer { munmap(mapped, size) }
        var residency = [UInt8](repeating: 0, count: (size + page - 1) / page)
        guard mincore(mapped, size, &residency) == 0 else { return nil }
        let absent = residency.count { $0 & 1 == 0 }
        let first = residency.firstIndex { $0 & 1 == 0 } ?? 0
        return (min(size, absent * page), first * page)
    }

    /// Bytes a second at which the file at `path` is read from `offset` on, where it is not in memory; nil where nothing was read.
    static func rate(_ path: String, from offset: Int, atMost limit: Int) -> Double? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var done = 0
        let clock = ContinuousClock()
        let start = clock.now
        while done < limit {
            let count = pread(descriptor, &buffer, min(buffer.count, limit - done), off_t(offset + done))
            guard count > 0 else { break }
            done += count
        }
        let seconds = (clock.now - start).inSeconds
        return done > 0 && seconds > 0 ? Double(done) / seconds : nil
    }
}
