using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>Each file of a report has a name of its own: it is told apart by it, also in what changed.</summary>
internal static class FileNames
{
    public static string Of(FileDetails? told, KeptContent? content)
    {
        var name = new string([
            .. (told?.OriginalFileName ?? "").Where(c =>
                c is not ('/' or '\\' or '[' or ']') && !char.IsControl(c)
            ),
        ]).Trim();
        return name.Length is > 0 and <= DraftLimits.FileNameCharacters ? name : content?.Kind ?? "file";
    }

    /// <summary>A second "a.jpg" is "a (2).jpg".</summary>
    public static IReadOnlyList<BuiltFile> Apart(IReadOnlyList<BuiltFile> files)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. files.Select(file =>
                file with
                {
                    File = file.File with { FileName = Free(names, file.File) },
                }
            ),
        ];
    }

    private static string Free(HashSet<string> names, DraftFile file)
    {
        var (stem, ending) = (
            Path.GetFileNameWithoutExtension(file.FileName),
            Path.GetExtension(file.FileName)
        );
        var name = file.FileName;
        for (var number = 2; !names.Add(name); number++)
        {
            name = $"{stem} ({number}){ending}";
        }
        return name;
    }
}
