using System.Text;
using System.Text.Json.Nodes;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;

namespace Vigil.Server.Tests.Destinations;

/// <summary>Duties are data: what says too little does not load, what is too old blocks.</summary>
public class DutyTests
{
    private const string Row = """
        {
          "code": "xx-1", "place": "GB", "destination": "gb-nca", "to": "Sample", "links": ["establishment"],
          "profiles": ["platform"], "isAuthority": true, "needsTransferBasis": false, "when": "address",
          "trigger": "Sample",
          "deadline": "Sample", "deadlineHours": 24, "fields": "Sample", "preservation": "Sample", "tellsUser": "delayed",
          "legalReference": "Sample", "source": "Sample", "effectiveFrom": "2020-01-01", "checkedOn": "2026-07-02",
          "expiresOn": null, "satisfiedBy": [{ "duty": "yy-1", "onlyWhenEstablishedElsewhere": false, "source": "Sample" }]
        }
        """;

    private static readonly string[] Optional = ["effectiveFrom", "expiresOn", "satisfiedBy", "when"];
    private static readonly DateTimeOffset Now = MaximalDraft.Now;

    [Fact]
    public void Shipped_duties_all_load_and_lead_to_destinations_that_there_are()
    {
        Assert.Empty(DutyBook.Shipped.Errors);
        var codes = AllDestinations.All.Select(each => each.Code).Append("cybertip").ToHashSet();
        Assert.All(DutyBook.Shipped.Duties, duty => Assert.Contains(duty.Destination, codes));
        Assert.All(codes, code => Assert.NotEmpty(DutyBook.Shipped.Of(code)));
        var known = DutyBook.Shipped.Duties.Select(duty => duty.Code).ToHashSet();
        Assert.All(
            DutyBook.Shipped.Duties.SelectMany(duty => duty.SatisfiedBy),
            other => Assert.Contains(other.Duty, known)
        );
        Assert.All(DutyBook.Shipped.Duties, duty => Assert.Null(DutyBook.Shipped.FaultOf(duty, Now)));
        Assert.Equal(known.Count, DutyBook.Shipped.Duties.Count);
    }

    [Fact]
    public void A_row_without_any_one_of_its_members_does_not_load_and_says_which()
    {
        Assert.Single(Read(Row).Duties);
        Assert.Empty(Read(Row).Errors);
        var members = ((JsonObject)JsonNode.Parse(Row)!).Select(member => member.Key).ToList();
        foreach (var member in members.Except(Optional))
        {
            var without = (JsonObject)JsonNode.Parse(Row)!;
            without.Remove(member);
            var (duties, errors) = Read(without.ToJsonString());
            Assert.Empty(duties);
            Assert.Contains($"'{member}'", Assert.Single(errors).Text, StringComparison.Ordinal);
        }
        foreach (var member in Optional)
        {
            var without = (JsonObject)JsonNode.Parse(Row)!;
            without.Remove(member);
            Assert.Single(Read(without.ToJsonString()).Duties);
        }
    }

    [Fact]
    public void Each_row_says_by_a_closed_word_in_which_cases_it_is_owed()
    {
        (string, DutyWhen)[] shipped =
        [
            ("ca-mra2", DutyWhen.Address),
            ("ca-mra3", DutyWhen.Always),
            ("de-dsa18", DutyWhen.Always),
            ("eu-dsa18", DutyWhen.Always),
            ("eu-transfer", DutyWhen.Always),
            ("gb-osa66", DutyWhen.Always),
            ("hotline-police", DutyWhen.Always),
            ("inhope-exchange", DutyWhen.HostedAbroad),
            ("us-2258a", DutyWhen.Always),
        ];
        Assert.Equal(shipped, DutyBook.Shipped.Duties.Select(duty => (duty.Code, duty.When)));
        Assert.Equal(DutyWhen.Address, Assert.Single(Read(Row).Duties).When);
        Assert.Equal(
            DutyWhen.HostedAbroad,
            Assert.Single(Read(Row.Replace("\"address\"", "\"hosted_abroad\"")).Duties).When
        );
        // An operator's row of before does not say it: it asks for a report in every case, as it did.
        Assert.Equal(
            DutyWhen.Always,
            Assert.Single(Read(Row.Replace("\"when\": \"address\",", "")).Duties).When
        );
        Assert.Contains(
            "'when' is one of always, address, hosted_abroad.",
            Assert.Single(Read(Row.Replace("\"address\"", "\"sometimes\"")).Errors).Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_row_that_says_nothing_in_a_member_does_not_load_either()
    {
        (string Member, JsonNode? Value)[] wrong =
        [
            .. ((JsonObject)JsonNode.Parse(Row)!)
                .Where(member =>
                    member.Value is JsonValue value
                    && value.GetValueKind() == System.Text.Json.JsonValueKind.String
                )
                .Select(member => (member.Key, (JsonNode?)"  ")),
            ("source", null),
            ("checkedOn", null),
            ("checkedOn", "soon"),
            ("place", "Great Britain"),
            ("links", new JsonArray()),
            ("profiles", new JsonArray()),
            ("deadlineHours", 0),
            ("tellsUser", "maybe"),
            ("when", "sometimes"),
            ("when", "Always"),
            ("when", 1),
            ("when", null),
            (
                "satisfiedBy",
                JsonNode.Parse("""[{"duty":"yy-1","onlyWhenEstablishedElsewhere":false,"source":""}]""")
            ),
            ("unknown", 1),
        ];
        foreach (var (member, value) in wrong)
        {
            var row = (JsonObject)JsonNode.Parse(Row)!;
            row[member] = value;
            var (duties, errors) = Read(row.ToJsonString());
            Assert.True(duties.Count == 0, member);
            Assert.Equal(member == "code" ? "  " : "xx-1", Assert.Single(errors).Duty);
        }
        Assert.Single(DutyReader.Read("f", "{\"duties\": {}}"u8.ToArray()).Errors);
        Assert.Single(DutyReader.Read("f", "{\"duties\": [}"u8.ToArray()).Errors);
        Assert.Single(DutyReader.Read("f", new byte[DutyReader.MaxBytes + 1]).Errors);
        // A broken row does not take the others with it.
        var two = DutyReader.Read(
            "f",
            Encoding.UTF8.GetBytes($$"""{"duties": [{"code": "bad"}, {{Row}}]}""")
        );
        Assert.Equal(("xx-1", "bad"), (Assert.Single(two.Duties).Code, Assert.Single(two.Errors).Duty));
    }

    [Fact]
    public void What_ended_is_too_old_or_not_there_blocks_every_draft_visibly()
    {
        var duty = Assert.Single(Read(Row).Duties);
        var book = new DutyBook([duty], []) { MaxAge = TimeSpan.FromDays(100) };
        Assert.Equal("duty-expired", Assert.Single(DutyFindings.Of("gb-nca", book, Now)).Rule);
        Assert.Empty(DutyFindings.Of("gb-nca", book with { MaxAge = TimeSpan.FromDays(147) }, Now));
        var ended = book with
        {
            Duties = [duty with { ExpiresOn = new(2026, 11, 26) }],
            MaxAge = TimeSpan.FromDays(365),
        };
        Assert.True(Assert.Single(DutyFindings.Of("gb-nca", ended, Now)).IsBlocking);
        Assert.Empty(DutyFindings.Of("gb-nca", ended, Now.AddDays(-1)));
        var later = ended with { Duties = [duty with { EffectiveFrom = new(2027, 1, 1) }] };
        Assert.Single(DutyFindings.Of("gb-nca", later, Now));
        Assert.Equal("duty-missing", Assert.Single(DutyFindings.Of("de-bka", book, Now)).Rule);

        // Through the destination's own check, with the shipped data: two years later nothing is current.
        var findings = new GbNcaDestination().Check(MaximalDraft.Draft, Now.AddYears(2));
        Assert.Contains(findings, finding => finding is { Rule: "duty-expired", IsBlocking: true });
    }

    [Fact]
    public void The_operators_files_replace_rows_and_a_broken_one_leaves_no_old_row_in_force()
    {
        var folder = Directory.CreateTempSubdirectory("vigil-duties-test-");
        try
        {
            Write("a.json", Row.Replace("xx-1", "gb-osa66").Replace("2026-07-02", "2026-11-01"));
            var book = DutyBook.Read(folder.FullName, DutyBook.DefaultMaxAge);
            Assert.Equal(new DateOnly(2026, 11, 1), Assert.Single(book.Of("gb-nca")).CheckedOn);
            Write(
                "b.json",
                Row.Replace("xx-1", "gb-osa66")
                    .Replace("\"source\": \"Sample\", \"eff", "\"source\": \"\", \"eff")
            );
            book = DutyBook.Read(folder.FullName, DutyBook.DefaultMaxAge);
            Assert.Empty(book.Of("gb-nca"));
            Assert.Equal(("b.json", "gb-osa66"), (Assert.Single(book.Errors).File, book.Errors[0].Duty));
            Assert.Equal("duty-missing", Assert.Single(DutyFindings.Of("gb-nca", book, Now)).Rule);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        void Write(string name, string row) =>
            File.WriteAllText(Path.Combine(folder.FullName, name), $"{{\"duties\": [{row}]}}");
    }

    private static (IReadOnlyList<Duty> Duties, IReadOnlyList<DutyError> Errors) Read(string row) =>
        DutyReader.Read("test.json", Encoding.UTF8.GetBytes($"{{\"duties\": [{row}]}}"));
}
