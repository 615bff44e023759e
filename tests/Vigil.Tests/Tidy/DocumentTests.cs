using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Vigil.Tests.Tidy;

/// <summary>
/// Documents that lie are worse than none: links lead somewhere, named paths exist, code in them compiles.
/// </summary>
public partial class DocumentTests
{
    [Fact]
    public void Every_relative_link_and_every_path_named_in_a_document_exists()
    {
        var dead =
            from file in Checkout.Files
            where file.EndsWith(".md", StringComparison.Ordinal)
            let folder = Path.GetDirectoryName(file) ?? ""
            let text = Fence().Replace(Checkout.Read(file), "")
            from target in Links(text).Concat(NamedPaths(text))
            where !Exists(folder, target) && !Exists("", target)
            select $"{file} names {target}";
        Assert.Empty(dead);
    }

    [Fact]
    public void The_documents_every_newcomer_looks_for_are_there()
    {
        string[] expected =
        [
            "README.md",
            "ARCHITECTURE.md",
            "CHANGELOG.md",
            "SECURITY.md",
            "CONTRIBUTING.md",
            "LICENSE",
            "docs/goals.md",
        ];
        Assert.Empty(expected.Except(Checkout.Files));
        Assert.Contains("Apache License", Checkout.Read("LICENSE"), StringComparison.Ordinal);
        foreach (var project in Checkout.Under("src/", ".csproj"))
        {
            Assert.Contains(Path.GetDirectoryName(project) + "/README.md", Checkout.Files);
        }
    }

    [Fact]
    public void Code_shown_in_a_document_compiles()
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path))
            .ToList();
        var usings = CSharpSyntaxTree.ParseText(
            "global using System; global using System.IO; global using System.Linq; global using System.Collections.Generic;"
        );
        var fences = (
            from file in Checkout.Files
            where file.EndsWith(".md", StringComparison.Ordinal)
            from Match fence in CSharpFence().Matches(Checkout.Read(file))
            select (file, code: fence.Groups["code"].Value)
        ).ToList();

        Assert.NotEmpty(fences);
        foreach (var (file, code) in fences)
        {
            var compilation = CSharpCompilation.Create(
                "fence",
                [usings, CSharpSyntaxTree.ParseText(FileDirective().Replace(code, ""))],
                references,
                new CSharpCompilationOptions(OutputKind.ConsoleApplication)
            );
            var errors = compilation
                .GetDiagnostics()
                .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
            Assert.True(!errors.Any(), $"{file}: {string.Join("; ", errors)}");
        }
    }

    [Fact]
    public void The_program_in_the_readme_is_the_sample_that_is_run()
    {
        var shown = CSharpFence().Match(Checkout.Read("README.md")).Groups["code"].Value;
        Assert.Equal(Checkout.Read("samples/find-a-known-picture.cs"), shown);
    }

    private static bool Exists(string folder, string target) =>
        Path.Exists(Path.Combine(Checkout.Root, folder, target.TrimEnd('/')));

    private static IEnumerable<string> Links(string text) =>
        Link()
            .Matches(text)
            .Select(match => match.Groups["target"].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal));

    /// <summary>
    /// Code spans that begin with a folder of this repository, without wildcards and placeholders.
    /// </summary>
    private static IEnumerable<string> NamedPaths(string text) =>
        CodeSpan()
            .Matches(text)
            .Select(match => match.Groups["path"].Value)
            .Where(path => path.IndexOfAny(['*', '<', '{', ' ']) < 0);

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(
        @"`(?<path>(\./|src/|tests/|bench/|docs/|samples/|scripts/|\.ci/)[^`]*|[A-Z]+\.md)`",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharpFence();

    [GeneratedRegex(@"^#:.*$", RegexOptions.Multiline)]
    private static partial Regex FileDirective();
}
