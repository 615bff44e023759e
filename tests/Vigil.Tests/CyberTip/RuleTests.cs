using Vigil.CyberTip;
using static Vigil.Tests.CyberTip.SampleReports;

namespace Vigil.Tests.CyberTip;

public class RuleTests
{
    [Fact]
    public void Each_broken_rule_is_found_at_its_place_and_what_keeps_it_has_no_finding()
    {
        foreach (var each in BrokenRules.All)
        {
            var broken = each.Broken();
            Assert.True(
                broken.Any(finding => finding.Rule == each.Rule && finding.Path == each.Path),
                $"{each.Rule} at {each.Path}, found: {string.Join("; ", broken.Select(f => $"{f.Rule} {f}"))}"
            );
            Assert.All(broken, finding => Assert.NotEmpty(finding.Message));
            var kept = each.Kept();
            Assert.True(kept.Count == 0, $"{each.Rule}, kept, found: {string.Join("; ", kept)}");
        }
    }

    [Fact]
    public void Every_rule_there_is_has_a_case() =>
        Assert.Equal(Enum.GetValues<Rule>(), BrokenRules.All.Select(each => each.Rule).Distinct().Order());

    [Fact]
    public void The_additions_of_2026_are_accepted_where_the_schema_has_them()
    {
        var report = Minimal with
        {
            Victim =
            [
                new()
                {
                    VictimPerson = new() { Age = 12, AgeAssertionDiscrepancy = true },
                },
            ],
        };
        Assert.Empty(ReportRules.Check(report, Context2026));
        var finding = Assert.Single(ReportRules.Check(report, Context));
        Assert.Equal(
            ("report/victim[1]/victimPerson/ageAssertionDiscrepancy", Rule.Version),
            (finding.Path, finding.Rule)
        );
    }

    [Fact]
    public void A_draft_needs_no_numbers_and_what_is_sent_does()
    {
        Assert.Empty(ReportRules.Check(new Draft { Report = Minimal, FileDetails = [Material] }, Context));
        Assert.Equal(2, ReportRules.Check(Material, Context).Count(finding => finding.Rule == Rule.Required));
    }

    [Fact]
    public void No_value_of_a_report_stands_in_a_finding_or_in_a_text_of_it()
    {
        const string secret = "0123456789abcdef-secret";
        var details = SentFile with
        {
            OriginalFileHash = [new() { HashType = secret + new string('a', 64), Value = secret }],
        };
        Assert.All(
            ReportRules.Check(details, Context),
            finding => Assert.DoesNotContain(secret, finding.ToString(), StringComparison.Ordinal)
        );
        Assert.DoesNotContain(secret, details.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, details.OriginalFileHash[0].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            secret,
            new Draft { Report = Minimal, FileDetails = [details] }.ToString(),
            StringComparison.Ordinal
        );
    }
}
