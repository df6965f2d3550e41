import Testing

@testable import Reporting

struct TerminalTextTests {
    @Test(arguments: [
        ("plain é 日本 😀", "plain é 日本 😀"), ("\u{1B}[31mred", "?[31mred"), ("a\nb\r\tc", "a?b??c"), ("\r\n", "??"),
        ("bell\u{7}", "bell?"),
        ("del\u{7F}", "del?"), ("csi\u{9B}1m", "csi?1m"), ("bidi\u{202E}x\u{2066}", "bidi?x?"),
        ("zero\u{200B}\u{FEFF}", "zero??"),
        ("nul\u{0}", "nul?"), ("a\u{2028}b\u{2029}", "a?b?"), ("", ""), ("e\u{301}", "e\u{301}"),
    ])
    func safe(_ text: String, _ shown: String) { #expect(TerminalText.safe(text) == shown) }

    @Test func widthWithoutATerminal() { #expect(TerminalText.width(of: -1) == 100) }
}

struct TextTableTests {
    private let table = TextTable(
        header: ["", "one", "two", "three"], rows: [["model", "0.1", "0.25", "-"], ["m", "10.5", "", "3"]])

    @Test func columnsAreAligned() {
        #expect(
            table.text(width: 80) == """
                        one   two  three
                model   0.1  0.25      -
                m      10.5            3

                """)
    }

    @Test func wideTablesAreCutIntoPanels() {
        #expect(
            table.text(width: 18) == """
                        one   two
                model   0.1  0.25
                m      10.5

                       three
                model      -
                m          3

                """)
    }

    @Test(arguments: [17, 24, 25]) func exactWidths(_ width: Int) {
        let panels = table.text(width: width).split(separator: "\n\n")
        #expect(panels.count == (width < 24 ? 2 : 1))
        #expect(table.text(width: width).split(separator: "\n").allSatisfy { $0.count <= width })
    }

    @Test func everyPanelHasAColumnHoweverNarrow() {
        let text = table.text(width: 1)
        #expect(text.split(separator: "\n\n").count == 3)
        for word in ["one", "two", "three", "10.5"] { #expect(text.contains(word)) }
    }

    @Test func textColumns() {
        let table = TextTable(
            header: ["x", "y", "score"], rows: [["a", "bbb", "1"], ["aaa", "b", "10"]], textColumns: 2)
        #expect(table.text(width: 80) == "x    y    score\na    bbb      1\naaa  b       10\n")
    }

    @Test func noRows() { #expect(TextTable(header: ["x", "y"], rows: []).text(width: 80) == "x  y\n") }
}
