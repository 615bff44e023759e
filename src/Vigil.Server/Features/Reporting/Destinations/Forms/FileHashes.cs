using System.Text.Json.Nodes;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>Fingerprints of a file as the forms have them.</summary>
internal static class FileHashes
{
    public static JsonObject Of(DraftFile file) =>
        DraftValues.Of(
            ("md5", DraftValues.Text(file.Md5)),
            ("sha1", DraftValues.Text(file.Sha1)),
            ("sha256", DraftValues.Text(file.Sha256)),
            ("pdq", DraftValues.Text(file.Pdq))
        );
}
