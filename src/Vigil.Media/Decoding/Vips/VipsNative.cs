using System.Runtime.InteropServices;

namespace Vigil.Media.Decoding.Vips;

/// <summary>
/// The part of libvips 8.14 and GObject that is used. Only functions with a fixed number of arguments: the
/// variable ones have another calling convention on some machines.
/// </summary>
internal static unsafe class VipsNative
{
    private const string Vips = "libvips.so.42";
    private const string Object = "libgobject-2.0.so.0";
    private const string Glib = "libglib-2.0.so.0";

    /// <summary>GValue: a type and two words of data (gvalue.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Value
    {
        public nuint Type;
        public ulong Data0;
        public ulong Data1;
    }

    [DllImport(Glib)]
    public static extern int g_setenv(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        int overwrite
    );

    [DllImport(Glib)]
    public static extern void g_free(void* memory);

    [DllImport(Object)]
    public static extern void g_object_unref(nint instance);

    [DllImport(Object)]
    public static extern void g_object_set_property(
        nint instance,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        ref Value value
    );

    [DllImport(Object)]
    public static extern void g_object_get_property(
        nint instance,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        ref Value value
    );

    [DllImport(Object)]
    public static extern nint g_value_init(ref Value value, nuint type);

    [DllImport(Object)]
    public static extern void g_value_unset(ref Value value);

    [DllImport(Object)]
    public static extern void g_value_set_object(ref Value value, nint instance);

    [DllImport(Object)]
    public static extern void g_value_set_boxed(ref Value value, nint boxed);

    [DllImport(Object)]
    public static extern nint g_value_dup_object(ref Value value);

    [DllImport(Vips)]
    public static extern int vips_init([MarshalAs(UnmanagedType.LPUTF8Str)] string program);

    [DllImport(Vips)]
    public static extern void vips_block_untrusted_set(int state);

    [DllImport(Vips)]
    public static extern void vips_operation_block_set(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        int state
    );

    [DllImport(Vips)]
    public static extern void vips_concurrency_set(int threads);

    [DllImport(Vips)]
    public static extern void vips_vector_set_enabled(int enabled);

    [DllImport(Vips)]
    public static extern void vips_cache_set_max(int operations);

    [DllImport(Vips)]
    public static extern void vips_error_clear();

    [DllImport(Vips)]
    public static extern nuint vips_image_get_type();

    [DllImport(Vips)]
    public static extern nuint vips_blob_get_type();

    [DllImport(Vips)]
    public static extern nint vips_blob_new(nint free, void* data, nuint length);

    [DllImport(Vips)]
    public static extern void vips_area_unref(nint area);

    [DllImport(Vips)]
    public static extern nint vips_operation_new([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport(Vips)]
    public static extern int vips_object_set_argument_from_string(
        nint instance,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value
    );

    [DllImport(Vips)]
    public static extern int vips_cache_operation_buildp(ref nint operation);

    [DllImport(Vips)]
    public static extern void vips_object_unref_outputs(nint instance);

    [DllImport(Vips)]
    public static extern nint vips_image_new_from_memory(
        void* data,
        nuint length,
        int width,
        int height,
        int bands,
        int format
    );

    [DllImport(Vips)]
    public static extern int vips_image_get_width(nint image);

    [DllImport(Vips)]
    public static extern int vips_image_get_height(nint image);

    [DllImport(Vips)]
    public static extern int vips_image_get_bands(nint image);

    [DllImport(Vips)]
    public static extern int vips_image_get_format(nint image);

    [DllImport(Vips)]
    public static extern int vips_image_get_interpretation(nint image);

    [DllImport(Vips)]
    public static extern int vips_image_get_coding(nint image);

    [DllImport(Vips)]
    public static extern int vips_image_get_n_pages(nint image);

    [DllImport(Vips)]
    public static extern int vips_image_get_page_height(nint image);

    [DllImport(Vips)]
    public static extern int vips_image_get_orientation(nint image);

    [DllImport(Vips)]
    public static extern nuint vips_image_get_typeof(
        nint image,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name
    );

    [DllImport(Vips)]
    public static extern int vips_image_get_blob(
        nint image,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        out void* data,
        out nuint length
    );

    [DllImport(Vips)]
    public static extern void vips_image_set_blob_copy(
        nint image,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        void* data,
        nuint length
    );

    [DllImport(Vips)]
    public static extern nint vips_region_new(nint image);

    [DllImport(Vips)]
    public static extern byte* vips_region_fetch(
        nint region,
        int left,
        int top,
        int width,
        int height,
        out nuint length
    );
}
