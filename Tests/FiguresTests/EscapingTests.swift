import Testing

@testable import Figures

struct EscapingTests {
    @Test func markupCharacters() {
        #expect(
            Escaping.markup("<a href=\"x\" id='y'>&</a>")
                == "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;&lt;/a&gt;")
        #expect(Escaping.markup("&amp;") == "&amp;amp;")
    }

    @Test func controlAndBidirectionalCharacters() {
        #expect(Escaping.visible("a\u{0}b\u{1B}c\u{7F}d\u{85}e") == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}e")
        #expect(
            Escaping.visible("\u{202E}x\u{2066}\u{200B}\u{FEFF}\u{FFFE}") == "\u{FFFD}x\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"
        )
        #expect(Escaping.visible("a\tb\r\nc") == "a b  c")
    }

    @Test func namesOfAllScriptsStay() {
        for text in ["日本語", "Ünïcode", "👩‍👩‍👧", "−1 … 𝒳"] { #expect(Escaping.visible(text) == text) }
    }

    @Test(arguments: hostileNames) func elementsSurviveHostileText(_ name: String) {
        var output = ""
        SVGElement("a", ["b": name], text: name, children: [SVGElement("c")]).write(to: &output)
        let contents = XMLContents(output)
        #expect(contents.error == nil)
        #expect(contents.elements == ["a", "c"])
        #expect(contents.attributes[0] == ["b": Escaping.visible(name)])
        #expect(contents.text.hasPrefix(Escaping.visible(name)))
    }
}
