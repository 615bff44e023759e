namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>What blocks a destination because nothing current is known of the duty behind it.</summary>
internal static class DutyFindings
{
    /// <summary>Of a destination as a whole. Pure.</summary>
    public static IReadOnlyList<DraftFinding> Of(string destination, DutyBook book, DateTimeOffset now)
    {
        var duties = book.Of(destination).ToList();
        if (duties.Count == 0)
        {
            return
            [
                Blocking(
                    "duty-missing",
                    "No duty that loads says why a report goes there: see /v1/destinations, and put its row with "
                        + "source and checkedOn into a file of the data folder's 'duties'."
                ),
            ];
        }
        var faults = duties.Select(duty => book.FaultOf(duty, now)).ToList();
        return faults.Contains(null) ? [] : [.. faults.Select(fault => Blocking("duty-expired", fault!))];
    }

    private static DraftFinding Blocking(string rule, string text) =>
        new("duty", rule, text, IsBlocking: true);
}
