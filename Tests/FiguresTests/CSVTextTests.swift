import Testing

@testable import Figures

struct CSVTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ("two\r\nlines", "\"two\r\nlines\""),
        ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+x", "'+x"), ("-x", "'-x"), ("\tx", "'\tx"),
        ("\rx", "\"'\rx\""),
        ("-1.5", "-1.5"), ("+2e3", "+2e3"), ("-", "'-"), (" =1", "' =1"), ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("＝1", "'＝1"), ("-inf", "'-inf"), ("a=b", "a=b"), ("x\u{202E}y\u{0}", "x\u{FFFD}y\u{FFFD}"),
        ("e\"\u{301}", "\"e\"\"\u{301}\""), ("", ""), ("=\"a\",b", "\"'=\"\"a\"\",b\""),
    ]) func fields(_ text: String, _ field: String) {
        #expect(Array(CSVText.field(text).unicodeScalars) == Array(field.unicodeScalars))
    }

    @Test func rowsEndAsTheStandardAsks() {
        let table = DataTable(
            columns: ["name", "score, raw"],
            rows: [["a", 0.1], ["b", .number(.nan)], ["c", .missing], ["d", 3], ["e", .number(1.0 / 3)]])
        #expect(table.csv == "name,\"score, raw\"\r\na,0.1\r\nb,\r\nc,\r\nd,3\r\ne,0.3333333333333333\r\n")
    }
}
