using System.Runtime.InteropServices;

namespace Vigil.Media.Decoding.Jpeg;

/// <summary>
/// The part of the TurboJPEG 2.1 interface that is used (turbojpeg.h). No callbacks, no varargs.
/// </summary>
// SAFETY: declarations only; each caller says why its pointers hold.
internal static unsafe class TurboJpeg
{
    private const string Library = "libturbojpeg.so.0";

    /// <summary>enum TJPF.</summary>
    public const int Rgb = 0;
    public const int Grey = 6;
    public const int Cmyk = 11;

    /// <summary>enum TJSAMP.</summary>
    public const int Subsampling444 = 0;
    public const int Subsampling420 = 2;
    public const int SubsamplingGrey = 3;

    /// <summary>enum TJCS.</summary>
    public const int ColourspaceYcc = 1;
    public const int ColourspaceGrey = 2;
    public const int ColourspaceCmyk = 3;
    public const int ColourspaceYcck = 4;

    /// <summary>TJFLAG_LIMITSCANS: more than 500 scans are an error.</summary>
    public const int FlagLimitScans = 32768;

    /// <summary>TJERR_WARNING; TJERR_FATAL is 1.</summary>
    private const int ErrorWarning = 0;

    /// <summary>
    /// Every warning of libjpeg that a decoder gives, jerror.h (JWRN_), as far as it is fixed.
    /// </summary>
    private static readonly string[] Warnings =
    [
        "Corrupt JPEG data: ",
        "Inconsistent progression sequence for component ",
        "Invalid SOS parameters for sequential JPEG",
        "Premature end of JPEG file",
        "Unknown Adobe color transform code ",
        "Warning: unknown JFIF revision number ",
    ];

    [DllImport(Library)]
    public static extern nint tjInitDecompress();

    [DllImport(Library)]
    public static extern nint tjInitCompress();

    [DllImport(Library)]
    public static extern int tjDestroy(nint handle);

    [DllImport(Library)]
    public static extern int tjDecompressHeader3(
        nint handle,
        byte* jpeg,
        nuint jpegBytes,
        out int width,
        out int height,
        out int subsampling,
        out int colourspace
    );

    [DllImport(Library)]
    public static extern int tjDecompress2(
        nint handle,
        byte* jpeg,
        nuint jpegBytes,
        byte* pixels,
        int width,
        int strideBytes,
        int height,
        int pixelFormat,
        int flags
    );

    [DllImport(Library)]
    public static extern int tjCompress2(
        nint handle,
        byte* pixels,
        int width,
        int strideBytes,
        int height,
        int pixelFormat,
        ref byte* jpeg,
        ref nuint jpegBytes,
        int subsampling,
        int quality,
        int flags
    );

    [DllImport(Library)]
    public static extern void tjFree(byte* buffer);

    [DllImport(Library)]
    private static extern int tjGetErrorCode(nint handle);

    [DllImport(Library)]
    private static extern nint tjGetErrorStr2(nint handle);

    /// <summary>
    /// Pixels were made. The code alone does not tell: it says "warning" too of an error that came after one,
    /// and then there are no pixels (turbojpeg.c, my_error_exit). The text is the error's, or else the first
    /// warning's.
    /// </summary>
    public static bool OnlyWarned(nint handle)
    {
        var error = LastError(handle);
        return tjGetErrorCode(handle) == ErrorWarning
            && Array.Exists(Warnings, warning => error.StartsWith(warning, StringComparison.Ordinal));
    }

    /// <summary>The decoder's own words: a fixed message of libjpeg, nothing of the file's content.</summary>
    public static string LastError(nint handle) => Marshal.PtrToStringUTF8(tjGetErrorStr2(handle)) ?? "";
}
