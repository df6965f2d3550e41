internal import Foundation

/// A colour of a screen, sRGB (IEC 61966-2-1), each channel from 0 to 1.
package struct SRGB: Hashable, Sendable {
    package var red: Double
    package var green: Double
    package var blue: Double

    package init(_ red: Double, _ green: Double, _ blue: Double) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Channels of eight bits.
    package init(bytes red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.init(Double(red) / 255, Double(green) / 255, Double(blue) / 255)
    }

    /// The nearest channels of eight bits.
    package var bytes: (red: UInt8, green: UInt8, blue: UInt8) {
        func byte(_ channel: Double) -> UInt8 { UInt8(max(0, min(255, (channel * 255).rounded()))) }
        return (byte(red), byte(green), byte(blue))
    }

    /// From "#rrggbb"; nil for anything else.
    package init?(hex: String) {
        let digits = Array(hex.utf8)
        guard digits.count == 7, digits[0] == UInt8(ascii: "#"), let value = UInt32(hex.dropFirst(), radix: 16) else {
            return nil
        }
        self.init(
            bytes: UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8),
            UInt8(truncatingIfNeeded: value))
    }
}

/// A colour in CIELAB, the space in which distances are about as large as differences look (CIE 15:2004): illuminant D65, 2° observer.
package struct CIELAB: Hashable, Sendable {
    /// L*, from 0 (black) to 100 (white).
    package var lightness: Double
    /// a*, from green to red.
    package var a: Double
    /// b*, from blue to yellow.
    package var b: Double

    /// X, Y and Z of the white point of sRGB, the row sums of its matrix: what is white has a* = b* = 0.
    private static let matrix = [
        [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041],
    ]

    package init(lightness: Double, a: Double, b: Double) {
        self.lightness = lightness
        self.a = a
        self.b = b
    }

    /// sRGB to linear light, to XYZ of D65 (IEC 61966-2-1; matrix by Lindbloom to seven digits), to CIELAB with the exact constants ε = 216/24389 and
    /// κ = 24389/27.
    package init(_ colour: SRGB) {
        let light = [colour.red, colour.green, colour.blue].map { channel in
            channel <= 0.04045 ? channel / 12.92 : pow((channel + 0.055) / 1.055, 2.4)
        }
        let share = Self.matrix.map { row in
            let white = row.reduce(0, +)
            let t = zip(row, light).reduce(0) { $0 + $1.0 * $1.1 } / white
            return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116
        }
        lightness = 116 * share[1] - 16
        a = 500 * (share[0] - share[1])
        b = 200 * (share[1] - share[2])
    }

    /// L*, a*, b*.
    package var point: SIMD3<Double> { SIMD3(lightness, a, b) }

    /// ΔE*ab of 1976, the Euclidean distance.
    package func difference(from other: CIELAB) -> Double {
        let d = point - other.point
        return (d * d).sum().squareRoot()
    }
}
