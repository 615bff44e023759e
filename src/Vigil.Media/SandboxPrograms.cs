namespace Vigil.Media;

/// <summary>
/// Every program this project starts and every native library it calls outside Decoding, in one place: a test
/// maps each to the Debian package that brings it.
/// </summary>
internal static class SandboxPrograms
{
    /// <summary>Package bubblewrap.</summary>
    public const string Bubblewrap = "/usr/bin/bwrap";

    /// <summary>Package util-linux.</summary>
    public const string SetPriv = "/usr/bin/setpriv";

    /// <summary>Package util-linux.</summary>
    public const string PrLimit = "/usr/bin/prlimit";

    /// <summary>Package ffmpeg: decodes video, in a sandbox of its own.</summary>
    public const string Ffmpeg = "/usr/bin/ffmpeg";

    /// <summary>Package libimage-exiftool-perl: reads metadata, in a sandbox of its own.</summary>
    public const string ExifTool = "/usr/bin/exiftool";

    /// <summary>Package perl-base: runs it.</summary>
    public const string Perl = "/usr/bin/perl";

    /// <summary>Package libc6; the runtime resolves the short name to libc.so.6.</summary>
    public const string LibC = "libc";

    public static IReadOnlyList<string> Programs { get; } =
    [Bubblewrap, SetPriv, PrLimit, Ffmpeg, Perl, ExifTool];

    public static IReadOnlyList<string> Libraries { get; } = ["libc.so.6"];
}
