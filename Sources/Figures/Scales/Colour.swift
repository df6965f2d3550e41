internal import Foundation

/// An opaque sRGB colour.
package struct Colour: Hashable, Sendable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    package static let black = Colour(0, 0, 0)
    package static let white = Colour(0xFF, 0xFF, 0xFF)

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Six hexadecimal digits after "#".
    package var hex: String {
        "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Relative luminance, 0 to 1 (WCAG 2.2).
    package var luminance: Double {
        func linear(_ channel: UInt8) -> Double {
            let value = Double(channel) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// The contrast ratio of two colours, 1 to 21 (WCAG 2.2); text needs 4.5.
    package func contrast(with other: Colour) -> Double {
        let (low, high) = (min(luminance, other.luminance), max(luminance, other.luminance))
        return (high + 0.05) / (low + 0.05)
    }

    /// Black or white, whichever stands out more: one of them always reaches √21 ≈ 4.58.
    package var readableText: Colour { contrast(with: .black) >= contrast(with: .white) ? .black : .white }

    /// The colour moved towards `other` by `share` (0 to 1).
    package func mixed(with other: Colour, share: Double) -> Colour {
        func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
            UInt8(max(0, min(255, (Double(a) + (Double(b) - Double(a)) * share).rounded())))
        }
        return Colour(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }
}
