import CHDF5

/// The type of the elements of a dataset or attribute, as stored; byte order aside.
package enum ElementKind: Sendable, Equatable {
    /// IEEE 754 binary16.
    case float16
    /// IEEE 754 binary32.
    case float32
    /// IEEE 754 binary64.
    case float64
    /// Two's complement integers of this width.
    case signed(bits: Int)
    /// Unsigned integers of this width.
    case unsigned(bits: Int)
    /// The enumeration of FALSE and TRUE in which h5py stores truth values.
    case boolean
    /// Text of any length per element.
    case variableString
    /// Text of at most this many bytes per element.
    case fixedString(length: Int)
    /// A type this module does not read.
    case other(String)

    /// The size of one number in bytes; nil for what is not a number.
    package var byteSize: Int? {
        switch self {
        case .float16: 2
        case .float32: 4
        case .float64: 8
        case .signed(let bits), .unsigned(let bits): bits / 8
        case .boolean, .variableString, .fixedString, .other: nil
        }
    }
}

extension ElementKind: CustomStringConvertible {
    package var description: String {
        switch self {
        case .float16: "float16"
        case .float32: "float32"
        case .float64: "float64"
        case .signed(let bits): "int\(bits)"
        case .unsigned(let bits): "uint\(bits)"
        case .boolean: "boolean"
        case .variableString: "string"
        case .fixedString(let length): "string of \(length) bytes"
        case .other(let name): name
        }
    }
}

extension ElementKind {
    /// Classifies a type of libhdf5.
    init(type: hid_t) {
        let bits = 8 * H5Tget_size(type)
        switch H5Tget_class(type) {
        case H5T_FLOAT: self = Self.float(type, bits: bits)
        case H5T_INTEGER:
            if H5Tget_precision(type) != bits {
                self = .other("\(H5Tget_precision(type))-bit integer in \(bits) bits")
            } else {
                self = H5Tget_sign(type) == H5T_SGN_2 ? .signed(bits: bits) : .unsigned(bits: bits)
            }
        case H5T_STRING: self = H5Tis_variable_str(type) > 0 ? .variableString : .fixedString(length: bits / 8)
        case H5T_ENUM: self = Self.isBoolean(type) ? .boolean : .other("enumeration")
        case H5T_COMPOUND: self = .other("compound")
        case H5T_REFERENCE: self = .other("reference")
        case H5T_ARRAY: self = .other("array")
        case H5T_VLEN: self = .other("variable-length sequence")
        case H5T_OPAQUE: self = .other("opaque")
        case H5T_BITFIELD: self = .other("bit field")
        case H5T_TIME: self = .other("time")
        default: self = .other("unknown type")
        }
    }

    private static func float(_ type: hid_t, bits: Int) -> ElementKind {
        var sign = 0, exponentAt = 0, exponentBits = 0, mantissaAt = 0, mantissaBits = 0
        H5Tget_fields(type, &sign, &exponentAt, &exponentBits, &mantissaAt, &mantissaBits)
        let order = H5Tget_order(type)
        let isIEEE =
            (order == H5T_ORDER_LE || order == H5T_ORDER_BE) && H5Tget_norm(type) == H5T_NORM_IMPLIED
            && H5Tget_ebias(type) == (1 << max(exponentBits - 1, 0)) - 1 && mantissaAt == 0
            && exponentAt == mantissaBits && sign == bits - 1
        switch (isIEEE, bits, mantissaBits, exponentBits) {
        case (true, 16, 10, 5): return .float16
        case (true, 32, 23, 8): return .float32
        case (true, 64, 52, 11): return .float64
        default: return .other("\(bits)-bit float with \(exponentBits) exponent and \(mantissaBits) mantissa bits")
        }
    }

    private static func isBoolean(_ type: hid_t) -> Bool {
        guard H5Tget_nmembers(type) == 2, H5Tget_size(type) == 1 else { return false }
        let names = (0..<UInt32(2)).map { index -> String in
            guard let name = H5Tget_member_name(type, index) else { return "" }
            defer { H5free_memory(name) }
            return String(cString: name)
        }
        return names == ["FALSE", "TRUE"]
    }
}

/// Types of libhdf5 for a kind of element; the caller closes them.
enum ElementTypes {
    /// The stored type in the byte order of this machine, so that libhdf5 swaps bytes and converts nothing.
    static func inMemory(like stored: hid_t) -> hid_t {
        let type = H5Tcopy(stored)
        H5Tset_order(type, H5Tget_order(chdf5_native_int32()))
        return type
    }

    /// Text of any length in UTF-8.
    static func variableString() -> hid_t {
        let type = H5Tcopy(chdf5_c_string())
        H5Tset_size(type, chdf5_variable_length())
        H5Tset_cset(type, H5T_CSET_UTF8)
        return type
    }

    /// IEEE 754 binary16 with the byte order of a 32-bit type.
    static func float16(like float32: hid_t) -> hid_t {
        let type = H5Tcopy(float32)
        H5Tset_fields(type, 15, 10, 5, 0, 10)
        H5Tset_size(type, 2)
        H5Tset_ebias(type, 15)
        return type
    }
}
