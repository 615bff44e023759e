using Vigil.CyberTip;
using static Vigil.Server.Features.Reporting.Drafting.Relevance;
using static Vigil.Server.Features.Reporting.Drafting.Requirement;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>Of the material: that there is some, and what is said of each file.</summary>
internal static class FileRequirements
{
    public static IEnumerable<Requirement> Of(ReportDraft draft)
    {
        yield return new(
            "fileDetails",
            "The material: a file, its fingerprints, the words, or the address where it is",
            Platform,
            15,
            Core,
            draft.Files.Count > 0 || draft.Tip.Report.InternetDetails.Any(HoldsContent)
        );
        var material = draft
            .Files.Zip(draft.Tip.FileDetails)
            .Index()
            .Where(file => file.Item.Second.FileRelevance != FileRelevance.SupplementalReported)
            .ToList();
        foreach (var (index, (file, details)) in material)
        {
            foreach (
                var requirement in OfFile($"fileDetails[{index + 1}]", file, details, 1.0 / material.Count)
            )
            {
                yield return requirement;
            }
        }
    }

    private static bool HoldsContent(InternetDetails place) =>
        place.WebPageIncident?.Url.Count > 0
        || !string.IsNullOrWhiteSpace(
            place.ChatImIncident?.Content
                ?? place.EmailIncident?.Content
                ?? place.NewsgroupIncident?.Content
                ?? place.OnlineGamingIncident?.Content
        );

    private static IEnumerable<Requirement> OfFile(
        string path,
        DraftFile file,
        FileDetails details,
        double share
    )
    {
        if (!file.IsFingerprintsOnly)
        {
            yield return new(
                $"{path}.fileViewedByEsp",
                "Whether a person at the company saw the whole file: yes or no",
                Reviewer,
                3 * share,
                Core,
                details.FileViewedByEsp is not null
            );
            yield return new(
                $"{path}.publiclyAvailable",
                "Whether all of it was publicly accessible",
                Platform,
                3 * share,
                Relevant,
                details.PubliclyAvailable is not null
            );
        }
        yield return new(
            $"{path}.uploadedToEspTimestamp",
            "When it was uploaded",
            Platform,
            3 * share,
            Helpful,
            details.UploadedToEspTimestamp is not null
        );
        yield return new(
            $"{path}.originalFileName",
            "The name that it was uploaded under",
            Platform,
            1 * share,
            Helpful,
            details.OriginalFileName is not null
        );
        yield return new(
            $"{path}.originalFileHash",
            "Its fingerprints as uploaded",
            Platform,
            2 * share,
            Helpful,
            details.OriginalFileHash.Count > 0
        );
        yield return new(
            $"{path}.ipCaptureEvent",
            "From where it was uploaded",
            Platform,
            2 * share,
            Helpful,
            details.IpCaptureEvent is not null
        );
        if (file.ContentId is not null)
        {
            yield return MetadataOf(path, file, share);
        }
    }

    private static Requirement MetadataOf(string path, DraftFile file, double share) =>
        new(
            $"{path}.details",
            file.IsPlaceLeftOut
                ? "Where it was made, as its metadata says: for who may see places to read"
                : "What the file says of itself (camera, times): its metadata was not read",
            Officer,
            1 * share,
            Helpful,
            file is { IsMetadataRead: true, IsPlaceLeftOut: false }
        );
}
