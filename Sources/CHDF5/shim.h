// Names of libhdf5 that are macros, which Swift does not import, as functions.
#ifndef CHDF5_SHIM_H
#define CHDF5_SHIM_H

#include <hdf5.h>
#include <hdf5_hl.h>

// Property lists and their classes
static inline hid_t chdf5_default(void) { return H5P_DEFAULT; }
static inline hid_t chdf5_file_access_class(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_file_create_class(void) { return H5P_FILE_CREATE; }
static inline hid_t chdf5_group_create_class(void) { return H5P_GROUP_CREATE; }
static inline hid_t chdf5_dataset_create_class(void) { return H5P_DATASET_CREATE; }
static inline hid_t chdf5_link_create_class(void) { return H5P_LINK_CREATE; }
static inline hid_t chdf5_attribute_create_class(void) { return H5P_ATTRIBUTE_CREATE; }
static inline hid_t chdf5_dataset_transfer_class(void) { return H5P_DATASET_XFER; }

// Flags and sizes
static inline unsigned chdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned chdf5_read_write(void) { return H5F_ACC_RDWR; }
static inline unsigned chdf5_exclusive(void) { return H5F_ACC_EXCL; }
static inline haddr_t chdf5_no_address(void) { return HADDR_UNDEF; }
static inline hid_t chdf5_whole_dataspace(void) { return H5S_ALL; }
static inline size_t chdf5_variable_length(void) { return H5T_VARIABLE; }
static inline hid_t chdf5_default_error_stack(void) { return H5E_DEFAULT; }

// Types in memory
static inline hid_t chdf5_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t chdf5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t chdf5_native_uint64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t chdf5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t chdf5_native_double(void) { return H5T_NATIVE_DOUBLE; }

// Types in files
static inline hid_t chdf5_c_string(void) { return H5T_C_S1; }
static inline hid_t chdf5_int8_le(void) { return H5T_STD_I8LE; }
static inline hid_t chdf5_int32_le(void) { return H5T_STD_I32LE; }
static inline hid_t chdf5_int64_le(void) { return H5T_STD_I64LE; }
static inline hid_t chdf5_float32_le(void) { return H5T_IEEE_F32LE; }
static inline hid_t chdf5_float64_le(void) { return H5T_IEEE_F64LE; }

// Minor codes of the error stack
static inline hid_t chdf5_error_not_hdf5(void) { return H5E_NOTHDF5; }
static inline hid_t chdf5_error_truncated(void) { return H5E_TRUNCATED; }
static inline hid_t chdf5_error_not_found(void) { return H5E_NOTFOUND; }
static inline hid_t chdf5_error_exists(void) { return H5E_EXISTS; }
static inline hid_t chdf5_error_file_exists(void) { return H5E_FILEEXISTS; }
static inline hid_t chdf5_error_bad_type(void) { return H5E_BADTYPE; }
static inline hid_t chdf5_error_cannot_lock_file(void) { return H5E_CANTLOCKFILE; }

// Files that are read through calls of ours: one that is open, and what its property list carries
typedef struct chdf5_source {
    H5FD_t common;
    void *source;
    haddr_t end_of_allocation;
} chdf5_source;
typedef struct chdf5_source_info {
    void *source;
} chdf5_source_info;
// Reads are gathered; and libhdf5 tells where a file ends by its own record (H5Fget_eoa) of those drivers alone whose files may grow.
static inline unsigned long chdf5_features(void) { return H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_SUPPORTS_SWMR_IO; }
// From libhdf5 1.14 on, drivers say which version of the interface they were written for, and have a number.
static inline hid_t chdf5_register_driver(H5FD_class_t *driver) {
#ifdef H5FD_CLASS_VERSION
    driver->version = H5FD_CLASS_VERSION;
    driver->value = (H5FD_class_value_t)511;
#endif
    return H5FDregister(driver);
}

// glibc declares it under _GNU_SOURCE only, which Swift's Glibc module does not define; flag 1 is MFD_CLOEXEC
int memfd_create(const char *name, unsigned int flags);

// Macros over numbered versions from libhdf5 1.12 on
static inline herr_t chdf5_link_info(hid_t group, const char *name, H5L_type_t *type, size_t *value_size) {
    H5L_info_t info;
    herr_t status = H5Lget_info(group, name, &info, H5P_DEFAULT);
    *type = status < 0 ? H5L_TYPE_ERROR : info.type;
    *value_size = status < 0 || info.type == H5L_TYPE_HARD ? 0 : info.u.val_size;
    return status;
}
// How many attributes an object has; negative where that cannot be told.
static inline int64_t chdf5_attribute_count(hid_t object) {
#if H5_VERSION_GE(1, 12, 0)
    H5O_info2_t info;
    return H5Oget_info3(object, &info, H5O_INFO_NUM_ATTRS) < 0 ? -1 : (int64_t)info.num_attrs;
#else
    H5O_info_t info;
    return H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS) < 0 ? -1 : (int64_t)info.num_attrs;
#endif
}
static inline herr_t chdf5_iterate_links(hid_t group, H5L_iterate_t visit, void *context) {
    return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, visit, context);
}

#endif
