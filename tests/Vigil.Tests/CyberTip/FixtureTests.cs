using System.Text.Json;
using Vigil.CyberTip;
using Vigil.CyberTip.Service;
using Vigil.CyberTip.Shapes;
using Vigil.Tests.Tidy;
using static Vigil.Tests.CyberTip.SampleReports;

namespace Vigil.Tests.CyberTip;

/// <summary>Drafts as files: one for each branch of the schema, and each rule that JSON can break, broken once.</summary>
public class FixtureTests
{
    private static readonly string Folder = Path.Combine(
        Checkout.Root,
        "tests/Vigil.Tests/CyberTip/fixtures"
    );

    [Fact]
    public async Task Every_fixture_is_valid_the_first_time_here_and_at_the_service()
    {
        await using var service = new Service(hasAdditions2026: true);
        var fixtures = Directory.GetFiles(Folder, "*.json");
        Assert.InRange(fixtures.Length, 40, 1000);
        foreach (var path in fixtures)
        {
            var name = Path.GetFileName(path);
            var draft = DraftOf(path);
            var context = name.Contains("2026", StringComparison.Ordinal) ? Context2026 : Context;
            Assert.True(
                ReportRules.Check(draft, context) is [],
                $"{name}: {string.Join("; ", ReportRules.Check(draft, context))}"
            );
            var opened = await service.SubmitAsync(draft.Report);
            Assert.True(opened.Class == AnswerClass.Done, $"{name}: {opened.Description}");
            foreach (var details in draft.FileDetails)
            {
                using var file = new MemoryStream("SAMPLE"u8.ToArray());
                var id = opened.ReportId!.Value;
                var upload = await service.Client.UploadAsync(id, file, "sample", Service.Cancellation);
                var sent = ReportXml.Write(details with { ReportId = id, FileId = upload.FileId });
                var described = await service.Client.FileInfoAsync(sent, Service.Cancellation);
                Assert.True(described.Class == AnswerClass.Done, $"{name}: {described.Description}");
            }
            var finished = await service.Client.FinishAsync(opened.ReportId!.Value, Service.Cancellation);
            Assert.True(finished.Class == AnswerClass.Done, $"{name}: {finished.Description}");
        }
    }

    [Fact]
    public void Each_broken_fixture_breaks_the_rule_it_is_named_for_and_no_other()
    {
        var broken = Directory.GetFiles(Path.Combine(Folder, "broken"), "*.json");
        Assert.InRange(broken.Length, 35, 1000);
        foreach (var path in broken)
        {
            var reading = ReportJson.Read(File.ReadAllBytes(path));
            var findings = ReportRules.Check(reading, Context);
            var rules = findings.Select(finding =>
                JsonNamingPolicy.KebabCaseLower.ConvertName($"{finding.Rule}")
            );
            Assert.Equal([Path.GetFileNameWithoutExtension(path)], rules.Distinct());
            Assert.All(findings, finding => Assert.NotEmpty(finding.Path));
        }
    }

    [Fact]
    public void Minimal_typical_and_maximal_reach_every_element_between_them()
    {
        var all = new SortedSet<string>(StringComparer.Ordinal);
        MembersOf(Shape.Of(typeof(Report)), all);
        MembersOf(Shape.Of(typeof(FileDetails)), all);
        // Given by the service, and what a batched report has instead.
        all.ExceptWith([
            "FileDetails/reportId",
            "FileDetails/fileId",
            "Report/batchedReport",
            "BatchedReport/reason",
        ]);
        var rows = new[] { "minimal", "typical", "maximal-2026" }.ToDictionary(
            name => name,
            name => Reached(name)
        );
        foreach (var member in all)
        {
            var cells = rows.Select(row => $"{row.Key} {(row.Value.Contains(member) ? "yes" : "-")}");
            TestContext.Current.TestOutputHelper?.WriteLine($"{member}: {string.Join(", ", cells)}");
        }
        Assert.Empty(all.Except(rows["maximal-2026"]));
        Assert.Empty(rows["minimal"].Except(rows["typical"]));
        Assert.Empty(rows["typical"].Except(rows["maximal-2026"]));
    }

    private static HashSet<string> Reached(string name)
    {
        var draft = DraftOf(Path.Combine(Folder, name + ".json"));
        var reached = new HashSet<string>();
        Reach(Shape.Of(typeof(Report)), draft.Report, reached);
        foreach (var details in draft.FileDetails)
        {
            Reach(Shape.Of(typeof(FileDetails)), details, reached);
        }
        return reached;
    }

    private static Draft DraftOf(string path)
    {
        var reading = ReportJson.Read(File.ReadAllBytes(path));
        Assert.True(reading.Findings is [], $"{path}: {string.Join("; ", reading.Findings)}");
        return reading.Value!;
    }

    internal static void Reach(Shape shape, object part, HashSet<string> reached)
    {
        foreach (var member in shape.Members)
        {
            foreach (var value in member.ValuesOf(part))
            {
                reached.Add($"{shape.Type.Name}/{member.Name}");
                if (member.Part is { } inner)
                {
                    Reach(inner, value, reached);
                }
            }
        }
    }

    internal static void MembersOf(Shape shape, ISet<string> all)
    {
        foreach (var member in shape.Members)
        {
            all.Add($"{shape.Type.Name}/{member.Name}");
            if (member.Part is { } inner)
            {
                MembersOf(inner, all);
            }
        }
    }
}
