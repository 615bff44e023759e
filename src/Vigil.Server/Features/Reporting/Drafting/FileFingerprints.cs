namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>The fingerprints of a draft's file, with what recipients call them. The values are secrets.</summary>
internal static class FileFingerprints
{
    public static IReadOnlyList<(string Kind, string Value)> Of(DraftFile file)
    {
        (string Kind, string? Value)[] all =
        [
            ("MD5", file.Md5),
            ("SHA-1", file.Sha1),
            ("SHA-256", file.Sha256),
            ("PDQ", file.Pdq),
        ];
        return [.. all.Where(each => each.Value is not null).Select(each => (each.Kind, each.Value!))];
    }
}
