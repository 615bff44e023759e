using System.Globalization;
using System.Text.RegularExpressions;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>
/// How long the law leaves, by the duties that ask for a report of a case: the shortest time that one of them names in
/// its words. Where none does, the installation's setting counts, or only its own goal. No legal advice.
/// </summary>
/// <param name="Hours">Null: no time is named.</param>
/// <param name="RestsOn">Which duties, with the law, its words and when it was looked up; which setting.</param>
internal sealed partial record LegalDeadline(int? Hours, string RestsOn)
{
    private const int MatchMs = 1000;
    private const int MostNamed = 5;

    /// <summary>By the duties that ask for a report of this case; what is only a way counts for nothing.</summary>
    public static async Task<LegalDeadline> OfAsync(Tx tx, string userJurisdiction, string caseRef)
    {
        var routes = await tx.AskAsync<RoutesWanted, RoutingAnswer>(new(userJurisdiction, caseRef));
        var setting = await ReportSettings.NumberAsync(tx, ReportSettings.DeadlineHours);
        return Of(OwedOf(routes), setting, routes.Missing);
    }

    /// <summary>Also such as cannot be filed by now: their time runs all the same.</summary>
    public static IReadOnlyList<Duty> DutiesOf(RoutingAnswer routes) => InBook(routes.Routes);

    /// <summary>Of these, those that are owed.</summary>
    public static IReadOnlyList<Duty> OwedOf(RoutingAnswer routes) =>
        InBook(CaseRouting.OwedRoutesOf(routes));

    private static IReadOnlyList<Duty> InBook(IEnumerable<Route> routes) =>
        [
            .. routes
                .Select(route => DutyBook.Current.Duties.FirstOrDefault(duty => duty.Code == route.Duty))
                .OfType<Duty>(),
        ];

    /// <param name="duties">Those that are owed.</param>
    /// <param name="setting">Hours; 0: it names none.</param>
    /// <param name="missing">Why no duty is known; empty: some are.</param>
    public static LegalDeadline Of(IReadOnlyList<Duty> duties, int setting, IReadOnlyList<string> missing)
    {
        var shortest = duties
            .Select(duty => (Duty: duty, Hours: HoursOf(duty)))
            .Where(one => one.Hours is not null)
            .OrderBy(one => one.Hours)
            .FirstOrDefault();
        if (shortest.Duty is { } found)
        {
            return new LegalDeadline(shortest.Hours, Words(found));
        }
        var none =
            duties.Count == 0
                ? $"No duty is known that applies. {string.Join(' ', missing)}"
                : $"No duty that applies names hours. {string.Join(' ', duties.Take(MostNamed).Select(Words))}";
        return setting > 0
            ? new LegalDeadline(
                setting,
                $"The setting '{ReportSettings.DeadlineHours}': {setting} hours. {none.Trim()}"
            )
            : new LegalDeadline(
                null,
                $"Only our own goal counts ('{ReportSettings.GoalHours}'). {none.Trim()}"
            );
    }

    /// <summary>"Within 24 hours" and "2 days" in the law's words; null: they name none.</summary>
    internal static int? HoursOf(Duty duty)
    {
        var hours = Time()
            .Matches(duty.Deadline)
            .Select(match =>
                int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)
                * (match.Groups["unit"].Value.StartsWith("d", StringComparison.OrdinalIgnoreCase) ? 24 : 1)
            )
            .Where(found => found > 0)
            .ToList();
        return hours.Count == 0 ? null : hours.Min();
    }

    private static string Words(Duty duty) =>
        $"{duty.LegalReference}: “{duty.Deadline}” ('{duty.Code}', looked up {duty.CheckedOn:yyyy-MM-dd}).";

    [GeneratedRegex(
        @"\b(?<number>[0-9]{1,3})[ -](?<unit>hours?|days?)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        MatchMs
    )]
    private static partial Regex Time();
}
