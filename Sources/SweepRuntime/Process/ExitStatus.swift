/// The exit statuses of the command line (Schemas/contracts.md, *Exit statuses*).
package enum ExitStatus {
    package static let done: Int32 = 0
    package static let failed: Int32 = 1
    package static let wrongRequest: Int32 = 2
    package static let interrupted: Int32 = 3
}
