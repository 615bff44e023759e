using static Vigil.Media.Decoding.Vips.VipsNative;

namespace Vigil.Media.Decoding.Vips;

/// <summary>enum VipsBandFormat: how one sample is stored.</summary>
internal enum SampleFormat
{
    UInt8 = 0,
    Int8 = 1,
    UInt16 = 2,
    Int16 = 3,
    UInt32 = 4,
    Int32 = 5,
    Single = 6,
    Complex = 7,
    Double = 8,
    DoubleComplex = 9,
}

/// <summary>The members of enum VipsInterpretation that are told apart here.</summary>
internal enum Interpretation
{
    Multiband = 0,
    Grey = 1,
    Histogram = 10,
    Cmyk = 15,
    Rgb = 17,
    Srgb = 22,
    Rgb16 = 25,
    Grey16 = 26,
    Matrix = 27,
    ScRgb = 28,
}

/// <summary>One reference to an image of libvips, given back on disposal.</summary>
internal sealed unsafe class VipsImage(nint handle) : IDisposable
{
    private nint handle = handle;

    public nint Handle => handle;
    public int Width => vips_image_get_width(handle);
    public int Height => vips_image_get_height(handle);
    public int Bands => vips_image_get_bands(handle);
    public SampleFormat Format => (SampleFormat)vips_image_get_format(handle);
    public Interpretation Interpretation => (Interpretation)vips_image_get_interpretation(handle);

    /// <summary>Samples as they are, not packed into words.</summary>
    public bool IsPlain => vips_image_get_coding(handle) == 0;

    public int Pages => vips_image_get_n_pages(handle);
    public int PageHeight => vips_image_get_page_height(handle);

    /// <summary>From EXIF or a TIFF tag, 1 to 8; libvips says 1 for everything else.</summary>
    public int Orientation => vips_image_get_orientation(handle);

    public int BytesPerSample =>
        Format switch
        {
            SampleFormat.UInt8 or SampleFormat.Int8 => 1,
            SampleFormat.UInt16 or SampleFormat.Int16 => 2,
            SampleFormat.Double or SampleFormat.Complex => 8,
            SampleFormat.DoubleComplex => 16,
            _ => 4,
        };

    /// <summary>
    /// A copy of a piece of metadata; empty when there is none or it is larger than the limit.
    /// </summary>
    public byte[] Blob(string name, int maxBytes)
    {
        if (vips_image_get_typeof(handle, name) == 0)
        {
            return [];
        }
        var failed = vips_image_get_blob(handle, name, out var data, out var length) != 0;
        if (failed || length > (nuint)maxBytes)
        {
            vips_error_clear();
            return [];
        }
        // SAFETY: libvips owns `length` bytes at `data` as long as the image lives.
        return new ReadOnlySpan<byte>(data, (int)length).ToArray();
    }

    public void SetBlob(string name, ReadOnlySpan<byte> bytes)
    {
        // SAFETY: libvips copies the bytes before the call returns.
        fixed (byte* data = bytes)
        {
            vips_image_set_blob_copy(handle, name, data, (nuint)bytes.Length);
        }
    }

    public void Dispose()
    {
        if (handle != 0)
        {
            g_object_unref(handle);
            handle = 0;
        }
    }
}
