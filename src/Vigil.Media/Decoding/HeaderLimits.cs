namespace Vigil.Media.Decoding;

/// <summary>What a header claims, held against the limits before a pixel is decoded.</summary>
internal static class HeaderLimits
{
    /// <summary>The runtime, the codecs and the hasher need this much beside the pixels.</summary>
    private const long OverheadBytes = 192L * 1024 * 1024;

    /// <param name="wholePicture">Interlaced or progressive: the decoder holds the whole picture, several
    /// times over.</param>
    /// <returns>True when the picture may be decoded.</returns>
    public static bool Allow(MediaLimits limits, long width, long height, bool wholePicture = false)
    {
        if (width < 1 || height < 1 || width > limits.MaxSidePixels || height > limits.MaxSidePixels)
        {
            return false;
        }
        var pixels = width * height;
        return pixels <= limits.MaxPixels && (!wholePicture || pixels <= limits.MaxInterlacedPixels);
    }

    /// <summary>
    /// The second line: whatever the pixels cost together must fit under the limit that kills the worker.
    /// </summary>
    public static bool AllowBytes(MediaLimits limits, long bytes) =>
        bytes <= Math.Min(int.MaxValue, Math.Max(limits.MaxResidentBytes - OverheadBytes, 0));
}
