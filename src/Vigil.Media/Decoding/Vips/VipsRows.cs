using static Vigil.Media.Decoding.Vips.VipsNative;

namespace Vigil.Media.Decoding.Vips;

/// <summary>Takes some rows of an image, from the top downwards, on this thread.</summary>
/// <returns>False when it has seen enough.</returns>
internal delegate bool RowSink(int firstRow, int rows, ReadOnlySpan<byte> samples);

/// <summary>
/// Pulls the samples of an image through in strips, so that a picture is never in memory twice.
/// </summary>
internal static unsafe class VipsRows
{
    private const int StripBytes = 2 * 1024 * 1024;
    private const int FewRows = 16;

    /// <param name="image">Opened for reading from the top.</param>
    /// <param name="top">First row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="sink">Gets them.</param>
    /// <param name="strict">Otherwise in small steps, so that few rows are lost beside the damaged
    /// ones.</param>
    /// <returns>Rows given before the decoder failed; all of them otherwise.</returns>
    public static int Read(VipsImage image, int top, int height, RowSink sink, bool strict = true)
    {
        var rowBytes = (long)image.Width * image.Bands * image.BytesPerSample;
        var step = strict ? (int)Math.Max(FewRows, StripBytes / rowBytes) : FewRows;
        var region = vips_region_new(image.Handle);
        if (region == 0)
        {
            vips_error_clear();
            return 0;
        }
        try
        {
            for (var row = 0; row < height; row += step)
            {
                var rows = Math.Min(step, height - row);
                var samples = vips_region_fetch(region, 0, top + row, image.Width, rows, out var length);
                if (samples == null)
                {
                    vips_error_clear();
                    return row;
                }
                try
                {
                    // SAFETY: vips_region_fetch gives a block of its own with `length` bytes, freed below.
                    if (!sink(row, rows, new ReadOnlySpan<byte>(samples, checked((int)length))))
                    {
                        return height;
                    }
                }
                finally
                {
                    g_free(samples);
                }
            }
            return height;
        }
        finally
        {
            g_object_unref(region);
        }
    }
}
