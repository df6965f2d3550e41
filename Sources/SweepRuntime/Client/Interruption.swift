/// The user does not want to wait any longer; what the coordinator was asked to do goes on.
package struct Interruption: Error {
    package init() {}
}
