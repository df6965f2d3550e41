import SweepModel
import Testing

struct NumbersInWordsTests {
    @Test(arguments: [
        (0, "0 tiles"), (1, "1 tile"), (2, "2 tiles"), (1024, "1,024 tiles"), (-1, "-1 tiles"),
    ])
    func nouns(_ count: Int, _ text: String) { #expect(count.counted("tile") == text) }

    /// What is little is not nothing.
    @Test(arguments: [
        (0, "0 bytes"), (1, "1 byte"), (1023, "1,023 bytes"), (1024, "1 KiB"), (1_000_000, "976 KiB"),
        (1_048_576, "1 MiB"), (1_572_864, "1.5 MiB"), (10 << 20, "10 MiB"), (10 << 20 | 1 << 19, "10 MiB"),
        (3 << 30, "3072 MiB"),
    ])
    func bytes(_ count: Int, _ text: String) {
        #expect(count.bytesInWords == text && UInt64(count).bytesInWords == text)
    }
}
