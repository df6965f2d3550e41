/// A text that is equal to no other but one of the same bytes.
///
/// `String` goes by canonical equivalence: é as one character equals é as e and an accent. Sample ids, paths and whatever else is digested or
/// looked up byte by byte must not.
package struct ExactText: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (a: ExactText, b: ExactText) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
