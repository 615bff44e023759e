using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// Addresses of what is confirmed: those of an item that is not are no matter of a report. While nothing of the case is
/// confirmed all are taken. Pure.
/// </summary>
internal static class ConfirmedAlone
{
    private const string Confirmed = "Confirmed";

    /// <summary>Hosts of a draft's URLs, without where files are of items that are not confirmed.</summary>
    public static IEnumerable<string> HostsOf(ReportDraft draft, ReportableCase about)
    {
        var others = OthersOf(about).Select(item => item.ItemId).ToHashSet();
        var files = draft
            .Tip.FileDetails.Zip(draft.Files, (details, file) => (Url: details.LocationOfFile, file.ItemId))
            .ToLookup(file => file.ItemId is { } item && others.Contains(item), file => file.Url);
        // A page of the same address was written because of the file.
        return DraftValues
            .Urls(draft)
            .Except(files[true].OfType<string>().Except(files[false].OfType<string>()))
            .Select(AddressHost.Of)
            .Distinct(StringComparer.Ordinal);
    }

    /// <summary>URLs that the platform told: of pages, then of files.</summary>
    public static IEnumerable<string> Of(SubjectTold told, ReportableCase about)
    {
        var others = OthersOf(about).Select(item => item.ContentRef).OfType<string>().ToHashSet();
        others.ExceptWith(
            about
                .Items.Where(item => item.State == Confirmed)
                .Select(item => item.ContentRef)
                .OfType<string>()
        );
        return (told.Report?.InternetDetails ?? [])
            .SelectMany(place => place.WebPageIncident?.Url.AsEnumerable() ?? [])
            .Concat(
                told.Contents.Where(file => !others.Contains(file.Key))
                    .Select(file => file.Value.LocationOfFile)
                    .OfType<string>()
            )
            .Where(url => url.Length > 0);
    }

    private static IEnumerable<ReportableItem> OthersOf(ReportableCase about) =>
        about.Items.Any(item => item.State == Confirmed)
            ? about.Items.Where(item => item.State != Confirmed)
            : [];
}
