using System.Runtime.InteropServices;

namespace Vigil.Cli.Diagnosis;

/// <summary>
/// Programs and libraries from Debian, looked for by name only: a codec library loaded here would bring into
/// this process what the sandbox keeps out of it.
/// </summary>
internal static class NativeParts
{
    private static readonly (string Program, string Package, string Purpose)[] Programs =
    [
        ("bwrap", "bubblewrap", "the sandbox"),
        ("ffmpeg", "ffmpeg", "video"),
        ("exiftool", "libimage-exiftool-perl", "metadata"),
        ("setpriv", "util-linux", "the sandbox's user"),
        ("prlimit", "util-linux", "the sandbox's limits"),
    ];

    private static readonly (string Library, string Package, string Purpose)[] Libraries =
    [
        ("libturbojpeg.so.0", "libturbojpeg0", "JPEG"),
        ("libvips.so.42", "libvips42", "PNG, GIF, WebP, TIFF, HEIF, AVIF"),
        ("libglib-2.0.so.0", "libglib2.0-0", "used with libvips"),
        ("libsodium.so.23", "libsodium23", "the ledger's signatures"),
    ];

    private static readonly string[] ProgramFolders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

    public static IEnumerable<Finding> Look()
    {
        foreach (var (program, package, purpose) in Programs)
        {
            yield return Of(program, package, purpose, ProgramFolders);
        }

        foreach (var (library, package, purpose) in Libraries)
        {
            yield return Of(library, package, purpose, LibraryFolders());
        }
    }

    private static Finding Of(string name, string package, string purpose, IEnumerable<string> folders)
    {
        var path = folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(Path.Exists);
        return path is not null
            ? new Finding($"{name} ({purpose})", Health.Ok, path)
            : new Finding(
                $"{name} ({purpose})",
                Health.Missing,
                "not found",
                $"apt-get install --no-install-recommends {package}",
                package
            );
    }

    /// <summary>
    /// Where Debian and its relatives put libraries: by architecture, else /usr/lib64 and /usr/lib.
    /// </summary>
    private static IEnumerable<string> LibraryFolders()
    {
        var triplet = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "x86_64-linux-gnu",
            Architecture.Arm64 => "aarch64-linux-gnu",
            _ => "",
        };
        return [$"/usr/lib/{triplet}", $"/lib/{triplet}", "/usr/local/lib", "/usr/lib64", "/usr/lib", "/lib"];
    }
}
