using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Vigil.CyberTip;
using Vigil.CyberTip.Shapes;
using Vigil.Tests.Files;
using static Vigil.Tests.CyberTip.SampleReports;

namespace Vigil.Tests.CyberTip;

public class DocumentTests
{
    [Fact]
    public void A_report_is_written_as_it_was_always_written() =>
        Assert.Equal(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <report>
              <incidentSummary>
                <incidentType>Child Pornography (possession, manufacture, and distribution)</incidentType>
                <incidentDateTime>2026-04-01T08:30:00-05:00</incidentDateTime>
              </incidentSummary>
              <reporter>
                <reportingPerson>
                  <email>sample@example.com</email>
                </reportingPerson>
              </reporter>
            </report>

            """.ReplaceLineEndings("\n"),
            Encoding.UTF8.GetString(ReportXml.Write(Minimal))
        );

    [Fact]
    public void What_is_written_is_valid_and_read_back_as_the_same() =>
        Prop.ForAll(
                Gen.Choose(0, int.MaxValue).ToArbitrary(),
                seed =>
                {
                    var version = seed % 2 == 0 ? SchemaVersion.V2025 : SchemaVersion.V2026;
                    var context = version == SchemaVersion.V2025 ? Context : Context2026;
                    var made = new MadeReports(seed, version);
                    AssertKept(made.Report(), context);
                    AssertKept(made.File(), context);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Effort.Of(2000)));

    [Fact]
    public void A_draft_as_json_is_read_back_as_the_same() =>
        Prop.ForAll(
                Gen.Choose(0, int.MaxValue).ToArbitrary(),
                seed =>
                {
                    var made = new MadeReports(seed, SchemaVersion.V2026);
                    var draft = new Draft
                    {
                        Report = made.Report(),
                        FileDetails = [made.File(), made.File()],
                    };
                    var reading = ReportJson.Read(ReportJson.Write(draft));
                    Assert.Empty(reading.Findings);
                    Assert.Equal(draft, reading.Value);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Effort.Of(500)));

    [Fact]
    public void Json_takes_words_of_both_kinds_and_texts_without_an_object()
    {
        var reading = ReportJson.Read(
            """
            {
              // A draft as people write it.
              "report": {
                "reporter": {"reportingPerson": {"email": "a@example.com", "age": null}},
                "incidentSummary": {
                  "incidentDateTime": "2026-04-01T08:30:00-05:00",
                  "reportAnnotations": {"sextortion": true, "spam": false},
                  "incidentType": "onlineEnticement"
                }
              },
              "fileDetails": [{"originalFileHash": {"hashType": "MD5", "value": "00"}}]
            }
            """u8.ToArray()
        );
        Assert.Empty(reading.Findings);
        var summary = reading.Value!.Report.IncidentSummary;
        Assert.Equal(IncidentType.OnlineEnticement, summary.IncidentType);
        Assert.Equal(Earlier, summary.IncidentDateTime);
        Assert.Equal(new ReportAnnotations { Sextortion = true }, summary.ReportAnnotations);
        Assert.Equal("MD5", reading.Value.FileDetails[0].OriginalFileHash[0].HashType);
    }

    [Theory]
    [InlineData("{", Rule.Malformed)]
    [InlineData("[]", Rule.Malformed)]
    [InlineData("""{"report": {"incidentSummary": [[1]]}}""", Rule.Malformed)]
    [InlineData("""{"report": "\ud800"}""", Rule.Malformed)]
    [InlineData("""{"other": 1}""", Rule.Root)]
    [InlineData("{}", Rule.Required)]
    [InlineData("""{"report": {"other": 1}}""", Rule.Unknown)]
    [InlineData("""{"report": {"incidentSummary": {"incidentType": "none"}}}""", Rule.Value)]
    [InlineData("""{"report": {"incidentSummary": {"platform": ["a", "b"]}}}""", Rule.Repeated)]
    public void Json_that_is_no_draft_is_a_finding(string json, Rule rule) =>
        Assert.Contains(
            ReportJson.Read(Encoding.UTF8.GetBytes(json)).Findings,
            finding => finding.Rule == rule
        );

    [Fact]
    public void Each_element_and_attribute_of_the_grammar_can_be_reached()
    {
        var reached = new HashSet<string>();
        for (var seed = 0; seed < 60; seed++)
        {
            var made = new MadeReports(seed, SchemaVersion.V2026, isMaximal: seed % 2 == 0);
            FixtureTests.Reach(Shape.Of(typeof(Report)), made.Report(), reached);
            FixtureTests.Reach(Shape.Of(typeof(FileDetails)), made.File(), reached);
        }
        FixtureTests.Reach(Shape.Of(typeof(Report)), Batched, reached);
        var all = new HashSet<string>();
        FixtureTests.MembersOf(Shape.Of(typeof(Report)), all);
        FixtureTests.MembersOf(Shape.Of(typeof(FileDetails)), all);
        Assert.InRange(all.Count, 200, 400);
        Assert.Empty(all.Except(reached));
    }

    [Theory]
    [InlineData("utf-8", "UTF-8")]
    [InlineData("iso-8859-1", "ISO-8859-1")]
    [InlineData("iso-8859-1", "UTF-8")]
    [InlineData("utf-16", "UTF-16")]
    public void Other_encodings_are_read_also_where_the_declaration_is_wrong(string encoding, string declared)
    {
        var coder = Encoding.GetEncoding(encoding);
        var text =
            $"<?xml version=\"1.0\" encoding=\"{declared}\"?><reportResponse><responseCode>0</responseCode>"
            + "<responseDescription>R\u00e9ussi</responseDescription></reportResponse>";
        var reading = ReportXml.Read((byte[])[.. coder.GetPreamble(), .. coder.GetBytes(text)]);
        Assert.Empty(reading.Findings);
        Assert.Equal("R\u00e9ussi", Assert.IsType<ReportResponse>(reading.Value).ResponseDescription);
    }

    [Fact]
    public void A_document_over_a_limit_is_refused_at_once()
    {
        var wide = "<report>" + string.Concat(Enumerable.Repeat("<a/>", 1000)) + "</report>";
        var limits = new DocumentLimits { MaxNodes = 1000 };
        Assert.Equal(
            Rule.TooLarge,
            Assert.Single(ReportXml.Read(Encoding.UTF8.GetBytes(wide), limits).Findings).Rule
        );
        Assert.Equal(
            Rule.TooLarge,
            Assert.Single(ReportXml.Read(new byte[11], new() { MaxBytes = 10 }).Findings).Rule
        );
        var findings = ReportXml.Read(Encoding.UTF8.GetBytes(wide), new() { MaxFindings = 7 }).Findings;
        Assert.Equal(7, findings.Count);
        Assert.Equal(
            Rule.TooLarge,
            Assert.Single(ReportJson.Read(new byte[11], new() { MaxBytes = 10 }).Findings).Rule
        );
    }

    [Theory]
    [InlineData("not a schema")]
    [InlineData("<a/>")]
    [InlineData("<!DOCTYPE a><a/>")]
    [InlineData(
        """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="other"/></xs:schema>"""
    )]
    public void What_is_not_the_services_schema_is_refused(string text) =>
        Assert.Throws<FormatException>(() => OfficialSchema.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Text_of_many_escapes_is_no_bomb()
    {
        var report = Minimal with { AdditionalInfo = new string('&', 100_000) };
        Assert.Equal(report, ReportXml.Read(ReportXml.Write(report)).Value);
    }

    [Fact]
    public void A_part_is_no_document() => Assert.Throws<ArgumentException>(() => ReportXml.Write(Mail()));

    private static void AssertKept(ReportPart part, RuleContext context)
    {
        Assert.Empty(ReportRules.Check(part, context));
        var bytes = ReportXml.Write(part);
        var reading = ReportXml.Read(bytes);
        Assert.Empty(reading.Findings);
        Assert.Equal(part, reading.Value);
        Assert.Equal(bytes, ReportXml.Write(reading.Value!));
    }
}
