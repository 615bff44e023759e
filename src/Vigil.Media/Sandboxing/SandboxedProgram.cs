namespace Vigil.Media.Sandboxing;

/// <summary>A program of Debian's that reads one file and ends, in a sandbox of its own.</summary>
/// <param name="Name">Of its process, as /proc/PID/comm has it.</param>
/// <param name="Command">What is executed, with arguments that always come first.</param>
/// <param name="Files">Its own files and folders; the libraries below /usr/lib are there for all.</param>
/// <param name="Package">Of Debian, that brings it.</param>
/// <param name="Purpose">For the error when it is missing: what is done by it.</param>
internal sealed record SandboxedProgram(
    string Name,
    IReadOnlyList<string> Command,
    IReadOnlyList<string> Files,
    string Package,
    string Purpose
)
{
    public static SandboxedProgram Ffmpeg { get; } =
        new("ffmpeg", [SandboxPrograms.Ffmpeg], [SandboxPrograms.Ffmpeg], "ffmpeg", "Video is decoded");

    /// <summary>Perl by its own name, so that no first line of a script decides what is started.</summary>
    public static SandboxedProgram ExifTool { get; } =
        new(
            "perl",
            [SandboxPrograms.Perl, SandboxPrograms.ExifTool],
            [
                SandboxPrograms.Perl,
                SandboxPrograms.ExifTool,
                "/usr/share/perl",
                "/usr/share/perl5/Image",
                "/usr/share/perl5/File/RandomAccess.pm",
            ],
            "libimage-exiftool-perl",
            "Metadata is read"
        );

    /// <summary>Folders above its files, the outermost first.</summary>
    public IEnumerable<string> Folders => Files.SelectMany(Above).Distinct().OrderBy(folder => folder.Length);

    private static IEnumerable<string> Above(string path)
    {
        for (
            var folder = Path.GetDirectoryName(path);
            folder is not (null or "/");
            folder = Path.GetDirectoryName(folder)
        )
        {
            yield return folder;
        }
    }
}
