internal import ContentHash

/// What the contents of an artifact depend on, spelled out; its digest names the file.
///
/// Two layers share artifacts exactly where their keys are equal, so a reordered join, another threshold or another version of
/// an algorithm can never meet a stale file.
package struct ArtifactKey: Hashable, Sendable {
    /// `name=value` parts in a fixed order, one a line.
    package let text: String

    package init(kind: String, parts: [(name: String, value: String)]) {
        text = (["kind=\(kind)"] + parts.map { "\($0.name)=\($0.value)" }).joined(separator: "\n")
    }

    /// The file's name: 32 hexadecimal digits.
    package var name: String { ContentDigest(of: text).description }
}
