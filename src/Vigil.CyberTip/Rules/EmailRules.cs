namespace Vigil.CyberTip.Rules;

/// <summary>An e-mail address of the incident must also be somebody's in the report.</summary>
internal static class EmailRules
{
    public static IEnumerable<Finding> Of(Report report, string path)
    {
        var known = Known(report).Select(email => email.Address).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (index, details) in report.InternetDetails.Index())
        {
            var (name, emails) =
                details.EmailIncident is { } email ? ("emailIncident", email.EmailAddress)
                : details.NewsgroupIncident is { } group ? ("newsgroupIncident", group.EmailAddress)
                : ("", []);
            foreach (var (number, address) in emails.Index())
            {
                if (!known.Contains(address.Address))
                {
                    yield return new(
                        $"{path}/internetDetails[{index + 1}]/{name}/emailAddress[{number + 1}]",
                        Rule.EmailOfNobody,
                        "Must also be an e-mail address of the reported person, a recipient or a victim."
                    );
                }
            }
        }
    }

    private static IEnumerable<Email> Known(Report report) =>
        report
            .PersonOrUserReported.Select(each => each.PersonOrUserReportedPerson)
            .Concat(report.IntendedRecipient.Select(each => each.IntendedRecipientPerson))
            .Concat(report.Victim.Select(each => (Person?)each.VictimPerson))
            .SelectMany(person => person?.Email ?? []);
}
