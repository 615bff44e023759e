using static Vigil.Media.Decoding.Vips.VipsNative;

namespace Vigil.Media.Decoding.Vips;

/// <summary>Calls one operation of libvips by name: loaders on a buffer, the rest on an image.</summary>
// SAFETY: libvips keeps the pointer given to Load inside a blob; whoever pins the file holds it until the
// image is gone.
internal static unsafe class VipsOperation
{
    /// <returns>Null when libvips refuses; its error text is dropped, for it may quote the file.</returns>
    public static VipsImage? Load(
        string loader,
        byte* data,
        nuint length,
        params ReadOnlySpan<(string Name, string Value)> options
    )
    {
        VipsRuntime.Start();
        var blob = vips_blob_new(0, data, length);
        var value = default(Value);
        g_value_init(ref value, vips_blob_get_type());
        g_value_set_boxed(ref value, blob);
        var image = Build(loader, "buffer", ref value, options);
        g_value_unset(ref value);
        vips_area_unref(blob);
        return image;
    }

    /// <returns>Null when libvips refuses.</returns>
    public static VipsImage? Apply(
        string operation,
        VipsImage input,
        params ReadOnlySpan<(string Name, string Value)> options
    )
    {
        var value = default(Value);
        g_value_init(ref value, vips_image_get_type());
        g_value_set_object(ref value, input.Handle);
        var image = Build(operation, "in", ref value, options);
        g_value_unset(ref value);
        return image;
    }

    private static VipsImage? Build(
        string name,
        string inputName,
        ref Value input,
        ReadOnlySpan<(string Name, string Value)> options
    )
    {
        var operation = vips_operation_new(name);
        if (operation == 0)
        {
            vips_error_clear();
            return null;
        }
        var ok = true;
        g_object_set_property(operation, inputName, ref input);
        foreach (var option in options)
        {
            ok = ok && vips_object_set_argument_from_string(operation, option.Name, option.Value) == 0;
        }
        VipsImage? image = null;
        if (ok && vips_cache_operation_buildp(ref operation) == 0)
        {
            var output = default(Value);
            g_value_init(ref output, vips_image_get_type());
            g_object_get_property(operation, "out", ref output);
            image = new VipsImage(g_value_dup_object(ref output));
            g_value_unset(ref output);
        }
        else
        {
            vips_error_clear();
        }
        vips_object_unref_outputs(operation);
        g_object_unref(operation);
        return image;
    }
}
