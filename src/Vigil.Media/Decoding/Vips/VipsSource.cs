namespace Vigil.Media.Decoding.Vips;

/// <summary>One file in pinned memory with the one loader that may read it.</summary>
internal readonly unsafe struct VipsSource(MediaFormat format, byte* data, int length)
{
    /// <summary>All pages under one another, as libvips lays out animations.</summary>
    public const int AllPages = -1;

    private readonly byte* data = data;

    public MediaFormat Format { get; } = format;

    // SAFETY: the file stays pinned as long as the source is in use.
    public ReadOnlySpan<byte> File => new(data, length);

    /// <summary>Reads the header; pixels follow when rows are pulled.</summary>
    /// <param name="page">From 0.</param>
    /// <param name="pages">How many, or <see cref="AllPages"/>.</param>
    /// <param name="strict">Any damage is an error; otherwise what cannot be decoded stays blank.</param>
    /// <returns>Null when the loader refuses.</returns>
    public VipsImage? Open(int page, int pages, bool strict)
    {
        var loader = Format switch
        {
            MediaFormat.Png => "pngload_buffer",
            MediaFormat.Gif => "gifload_buffer",
            MediaFormat.WebP => "webpload_buffer",
            MediaFormat.Tiff => "tiffload_buffer",
            MediaFormat.Heif or MediaFormat.Avif => "heifload_buffer",
            _ => throw new InvalidOperationException($"{Format} is not read by libvips."),
        };
        var access = ("access", "sequential");
        var failOn = ("fail-on", strict ? "error" : "none");
        // Without a page number libheif gives the primary picture, which need not be the first.
        return Format is MediaFormat.Png or MediaFormat.Heif or MediaFormat.Avif
            ? VipsOperation.Load(loader, data, (nuint)length, access, failOn)
            : VipsOperation.Load(
                loader,
                data,
                (nuint)length,
                access,
                failOn,
                ("page", $"{page}"),
                ("n", $"{pages}")
            );
    }
}
