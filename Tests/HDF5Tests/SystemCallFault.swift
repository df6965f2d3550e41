import Glibc

/// Makes a system call fail for the calling thread, for the rest of its life, with a seccomp filter.
struct SystemCallFault {
    #if arch(x86_64)
        static let flock: UInt32 = 73
        static let pwrite: UInt32 = 18
    #elseif arch(arm64)
        static let flock: UInt32 = 32
        static let pwrite: UInt32 = 68
    #endif

    private struct Instruction {
        var code: UInt16
        var ifTrue: UInt8 = 0
        var ifFalse: UInt8 = 0
        var value: UInt32
    }

    private struct Program {
        var length: UInt16
        var instructions: UnsafePointer<Instruction>?
    }

    private typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32

    /// Whether this system lets a thread filter its own calls.
    static let isAvailable: Bool = {
        (try? onThread { install(flock, error: ENOSYS) }) ?? false
    }()

    /// Lets the call fail, optionally only where its fourth argument (the offset of pwrite) is at least so large.
    static func install(_ call: UInt32, error: Int32, fromOffset offset: UInt32? = nil) -> Bool {
        let load: UInt16 = 0x20, jumpIfEqual: UInt16 = 0x15, jumpIfAtLeast: UInt16 = 0x35, leave: UInt16 = 0x06
        var program = [
            Instruction(code: load, value: 0),
            Instruction(code: jumpIfEqual, ifFalse: offset == nil ? 1 : 3, value: call),
        ]
        if let offset {
            program.append(Instruction(code: load, value: 16 + 3 * 8))
            program.append(Instruction(code: jumpIfAtLeast, ifFalse: 1, value: offset))
        }
        program.append(Instruction(code: leave, value: 0x0005_0000 | UInt32(error)))
        program.append(Instruction(code: leave, value: 0x7fff_0000))
        guard let symbol = dlsym(nil, "prctl") else { return false }
        let control = unsafeBitCast(symbol, to: Control.self)
        let (setNoNewPrivileges, setSeccomp, filterMode): (Int32, Int32, UInt) = (38, 22, 2)
        guard control(setNoNewPrivileges, 1, 0, 0, 0) == 0 else { return false }
        return program.withUnsafeBufferPointer { buffer in
            let header = Program(length: UInt16(buffer.count), instructions: buffer.baseAddress)
            return withUnsafePointer(to: header) {
                control(setSeccomp, filterMode, UInt(bitPattern: $0), 0, 0) == 0
            }
        }
    }
}
