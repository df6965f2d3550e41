internal import CLinux
internal import Foundation

/// A process that could not be started.
struct SpawnFailure: Error {
    /// The system's number of the failure, errno.
    let code: Int32

    /// The failure in the system's words.
    var reason: String { String(cString: strerror(code)) }
}

/// Starts `words[0]`, which is looked for along PATH unless it has a slash, with the other words as its arguments.
///
/// It blocks no signal, and is in a group of its own: a Ctrl-C at the terminal is this process's alone to handle.
/// - Parameters:
///   - defaults: signals that do in it what they do by default.
///   - lastDescriptor: the last that stays open; what is there is for `arrange` to say.
func spawnChild(
    _ words: [String], environment: [String: String], defaults: [Int32] = [], lastDescriptor: Int32 = 2,
    arrange: (inout posix_spawn_file_actions_t) -> Void
) throws(SpawnFailure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    arrange(&actions)
    posix_spawn_file_actions_addclosefrom_np(&actions, lastDescriptor + 1)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var reset = sigset_t()
    sigemptyset(&reset)
    for signal in defaults { sigaddset(&reset, signal) }
    posix_spawnattr_setsigdefault(&attributes, &reset)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var process: pid_t = 0
    let code = withCStrings(words) { arguments in
        withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
            posix_spawnp(&process, words[0], &actions, &attributes, arguments, environment)
        }
    }
    guard code == 0 else { throw SpawnFailure(code: code) }
    return process
}
