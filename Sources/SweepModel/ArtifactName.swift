/// The name of an artifact's file: 32 lower-case hexadecimal digits.
package enum ArtifactName {
    private static let digits = Set("0123456789abcdef".utf8)

    /// Whether `name` is one. Whatever is not never becomes part of a path.
    package static func isValid(_ name: String) -> Bool {
        name.utf8.count == 32 && name.utf8.allSatisfy(digits.contains)
    }
}
