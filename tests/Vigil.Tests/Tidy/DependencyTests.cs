using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Vigil.Tests.Tidy;

/// <summary>
/// The dependency table of ARCHITECTURE.md is what the project files say, no more and no less.
/// </summary>
public partial class DependencyTests
{
    [Fact]
    public void Each_project_references_what_the_table_in_the_architecture_says()
    {
        var table = Checkout
            .ReadLines("ARCHITECTURE.md")
            .Select(line => TableRow().Match(line))
            .Where(match => match.Success)
            .ToDictionary(
                match => match.Groups["project"].Value,
                match => Names(match.Groups["references"].Value)
            );
        var projects = Checkout
            .Under("src/", ".csproj")
            .ToDictionary(
                file => Path.GetFileNameWithoutExtension(file),
                file =>
                    References(file, "ProjectReference").Select(Path.GetFileNameWithoutExtension).ToHashSet()
            );

        Assert.Equal(projects.Keys.Order(), table.Keys.Order());
        foreach (var (project, references) in projects)
        {
            Assert.True(
                references.SetEquals(table[project]),
                $"{project} references {string.Join(", ", references)}; ARCHITECTURE.md says {string.Join(", ", table[project])}"
            );
        }
    }

    [Fact]
    public void A_package_is_in_the_product_only_where_it_was_decided()
    {
        var allowed = new Dictionary<string, string[]>
        {
            ["Vigil.Matching"] = ["CsvHelper"],
            ["Vigil.Trust"] =
            [
                "Dapper",
                "Microsoft.Data.Sqlite",
                "Microsoft.IdentityModel.JsonWebTokens",
                "Microsoft.IdentityModel.Protocols.OpenIdConnect",
                "Npgsql",
                "SQLitePCLRaw.bundle_e_sqlite3",
            ],
            ["Vigil.Server"] =
            [
                "Microsoft.AspNetCore.OpenApi",
                "OpenTelemetry.Exporter.OpenTelemetryProtocol",
            ],
            ["Vigil.Cli"] = ["Spectre.Console", "System.CommandLine"],
        };
        foreach (var file in Checkout.Under("src/", ".csproj"))
        {
            var project = Path.GetFileNameWithoutExtension(file);
            Assert.Equal(
                allowed.GetValueOrDefault(project, []).Order(),
                References(file, "PackageReference").Order()
            );
        }
    }

    [Fact]
    public void Versions_stand_in_one_file_and_every_project_is_locked_and_in_the_solution()
    {
        var solution = Checkout.Read("Vigil.slnx");
        foreach (var file in Checkout.Under("", ".csproj"))
        {
            Assert.DoesNotContain("Version=\"", Checkout.Read(file), StringComparison.Ordinal);
            Assert.Contains(Path.GetDirectoryName(file) + "/packages.lock.json", Checkout.Files);
            Assert.Contains(file, solution, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_project_or_folder_has_a_name_that_says_nothing()
    {
        string[] empty = ["Core", "Common", "Shared", "Utils", "Utilities", "Helpers", "Manager", "Misc"];
        var offenders = Checkout
            .Files.SelectMany(file => file.Split('/')[..^1].Select(part => (file, part)))
            .Where(at => at.part.Split('.').Intersect(empty).Any());
        Assert.Empty(offenders);
    }

    private static IEnumerable<string> References(string file, string kind) =>
        XElement
            .Parse(Checkout.Read(file))
            .Descendants(kind)
            .Select(element => element.Attribute("Include")!.Value);

    private static HashSet<string?> Names(string cell) =>
        ProjectName().Matches(cell).Select(match => (string?)("Vigil." + match.Value)).ToHashSet();

    [GeneratedRegex(
        @"^\| `src/(?<project>Vigil\.\w+)` \|[^|]*\| (?<references>[^|]*) \|$",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex TableRow();

    [GeneratedRegex(@"\b[A-Z]\w+\b", RegexOptions.ExplicitCapture)]
    private static partial Regex ProjectName();
}
