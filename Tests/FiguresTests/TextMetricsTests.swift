import Testing

@testable import Figures

struct TextMetricsTests {
    /// fontTools on DejaVuSans.ttf 2.37: the sum of advances over 2048 units an em.
    @Test(arguments: [("Hello", 2.53467), ("open_llama_13b", 8.1582), ("WWW iii", 4.11768)])
    func widthsOfTheFont(_ text: String, _ ems: Double) {
        #expect(abs(TextMetrics.width(text, size: 10) - ems * 10) < 0.05)
    }

    @Test func shortenedKeepsBothEnds() {
        let name = "vit_giant_patch14_dinov2.lvd142m/instruct-v2"
        let short = TextMetrics.shortened(name, to: 120, size: 10)
        #expect(short.hasPrefix("vit_gia") && short.hasSuffix("uct-v2") && short.contains("…"))
        #expect(TextMetrics.width(short, size: 10) <= 120)
        #expect(TextMetrics.width(short, size: 10) > 105)
        #expect(TextMetrics.shortened("short", to: 120, size: 10) == "short")
    }

    @Test func linesBreakAtSpaces() {
        #expect(
            TextMetrics.lines("aaa bbb ccc", to: TextMetrics.width("aaa bbb", size: 10), size: 10) == [
                "aaa bbb", "ccc",
            ])
        let lines = TextMetrics.lines(String(repeating: "word ", count: 100), to: 100, size: 10, limit: 2)
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { TextMetrics.width($0, size: 10) <= 100 })
        #expect(lines[1].contains("…"))
        #expect(TextMetrics.lines("", to: 10, size: 10).isEmpty)
    }
}
