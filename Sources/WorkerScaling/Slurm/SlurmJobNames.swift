/// The names by which jobs of one coordinator are found again in the queue.
package struct SlurmJobNames: Hashable, Sendable {
    /// Jobs that leave when there is nothing to do.
    package let ordinary: String
    /// Jobs that stay.
    package let standing: String

    package init(_ name: String) {
        ordinary = name
        standing = name + "-min"
    }

    package func name(isStanding: Bool) -> String { isStanding ? standing : ordinary }
}
