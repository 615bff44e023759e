using System.Text.Json;

namespace Vigil.Tests.Cli;

public sealed class ListCommandTests : IDisposable
{
    private const string Pdq = "98736629670cc19fc9f23862f66cce1f599e32c78e236c78619d202e9e66c157";
    private const string OtherPdq = "e162474a56babaadce4ccfe2231f4abdcac5342e31032bdd2eaca68bca87d516";
    private const string Md5 = "0cc175b9c0f1b6a831c399e269772661";

    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_imported_list_is_found_by_name_and_no_hash_of_it_is_readable_on_disk()
    {
        Assert.Equal(0, Import(_folder.WriteList(Pdq, Md5)).ExitCode);

        var ran = _folder.Vigil.Call("match", "--list", "mine", "--hash", Pdq);

        Assert.Equal(1, ran.ExitCode);
        Assert.Equal([Pdq, "mine", "1", "0"], ran.Rows.Single());
        foreach (var file in Directory.EnumerateFiles(_folder.Data, "*", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(file);
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Convert.FromHexString(Pdq)));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(Pdq)));
        }
    }

    [Fact]
    public void The_same_list_imported_twice_adds_nothing_and_says_so()
    {
        var list = _folder.WriteList(Pdq, Md5);
        Import(list);
        var again = Import(list);
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("nothing new", again.Out, StringComparison.Ordinal);
        Assert.Equal(2, Entries());
    }

    [Fact]
    public void Rejected_rows_are_reported_one_by_one_and_the_good_ones_are_taken()
    {
        var list = _folder.WriteList(
            Pdq,
            "1234",
            "d41d8cd98f00b204e9800998ecf8427e",
            new string('0', 64),
            Md5
        );
        var rejects = _folder.Beside("rejects.csv");

        var ran = Import(list, "--rejects", rejects, "--format", "json");

        Assert.Equal(3, ran.ExitCode);
        using var report = JsonDocument.Parse(ran.Out);
        Assert.Equal(2, report.RootElement.GetProperty("added").GetInt32());
        Assert.Equal(3, report.RootElement.GetProperty("rejected").GetInt32());
        var codes = report
            .RootElement.GetProperty("rejectedByCode")
            .EnumerateObject()
            .Select(code => code.Name);
        Assert.Equal(["all-zero", "empty-file", "wrong-length"], codes);
        Assert.Equal(
            ["row,code", "2,wrong-length", "3,empty-file", "4,all-zero"],
            Firsts(File.ReadAllLines(rejects))
        );
        Assert.Contains("row 2:", ran.Error, StringComparison.Ordinal);
        Assert.Equal(2, Entries());
    }

    [Fact]
    public void A_file_without_a_good_row_is_refused_and_the_list_stays()
    {
        Import(_folder.WriteList(Pdq));
        var ran = Import(_folder.WriteList("12", "34"));
        Assert.Equal(3, ran.ExitCode);
        Assert.Contains("stays as it is", ran.Error, StringComparison.Ordinal);
        Assert.Equal(1, Entries());
        Assert.Equal(3, Import(_folder.WriteList()).ExitCode);
    }

    [Fact]
    public void A_csv_with_a_byte_order_mark_and_other_column_names_is_read_by_its_mapping()
    {
        var csv = _folder.Beside("list.csv");
        File.WriteAllText(csv, $"\uFEFFMD5 hash;Picture\r\n{Md5.ToUpperInvariant()};{Pdq}\r\n");

        var ran = Import(csv, "--columns", "md5=MD5 hash,pdq=Picture");

        Assert.Equal(0, ran.ExitCode);
        Assert.Equal(1, Entries());
        Assert.Equal(1, _folder.Vigil.Call("match", "--list", "mine", "--hash", Md5).ExitCode);
    }

    [Fact]
    public void A_csv_with_wrong_columns_is_refused_and_says_which_it_has()
    {
        var csv = _folder.Beside("list.csv");
        File.WriteAllText(csv, $"a,b\n{Md5},{Pdq}\n");
        var ran = Import(csv);
        Assert.Equal(3, ran.ExitCode);
        Assert.Contains("Columns found: a, b", ran.Error, StringComparison.Ordinal);
        Assert.Equal(2, Import(csv, "--columns", "md5").ExitCode);
    }

    [Fact]
    public void Json_with_a_key_twice_is_refused_and_the_list_stays()
    {
        Import(_folder.WriteList(Pdq));
        var vics = _folder.Beside("vics.json");
        File.WriteAllText(
            vics,
            $$"""{"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Media","value":[{"MediaID":1,"MD5":"{{Md5}}","MD5":"{{Md5}}"}]}"""
        );
        var ran = Import(vics);
        Assert.Equal(3, ran.ExitCode);
        Assert.Equal(1, Entries());
    }

    [Fact]
    public void An_exact_match_is_known_only_with_the_sources_attestation()
    {
        var path = _folder.Write("a.txt", "SAMPLE");
        var sha256 = _folder.Vigil.Call("hash", "--algorithms", "sha256", path).Rows.Single()[2];
        Import(_folder.WriteList(sha256), "--sha256");
        Assert.Contains("\"exact\"", Match(path), StringComparison.Ordinal);
        Import(
            _folder.WriteList(sha256),
            "--sha256",
            "--attestation",
            "Signed statement of the source, 2 January 2026"
        );
        Assert.Contains("\"known\"", Match(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--purpose", "political")]
    [InlineData("--radius", "64")]
    [InlineData("--quality-floor", "101")]
    [InlineData("--list-format", "xml")]
    public void A_wrong_option_is_a_usage_error_and_nothing_is_imported(string option, string value)
    {
        Assert.Equal(2, Import(_folder.WriteList(Pdq), option, value).ExitCode);
        Assert.Equal(
            2,
            _folder.Vigil.Call("list", "import", _folder.WriteList(Pdq), "--name", "../x").ExitCode
        );
        Assert.False(Directory.Exists(Path.Combine(_folder.Data, "lists")));
    }

    [Theory]
    [InlineData("--format", "csv")]
    [InlineData("--format", "vics")]
    [InlineData("--list-format", "xml")]
    public void Who_says_a_format_that_there_is_none_of_is_told_the_option_for_the_file(
        string option,
        string value
    )
    {
        var list = _folder.WriteList(Pdq);
        foreach (
            var result in new[]
            {
                Import(list, option, value),
                _folder.Vigil.Call("list", "inspect", list, option, value),
            }
        )
        {
            Assert.Equal(2, result.ExitCode);
            Assert.Contains("--list-format", result.Error, StringComparison.Ordinal);
            Assert.Contains("vics", result.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("lines")]
    [InlineData("vics")]
    [InlineData("tx")]
    public void What_is_exported_imports_again_as_the_same_list(string format)
    {
        Import(_folder.WriteList(Pdq, OtherPdq, Md5));
        var exported = _folder.Beside("out");
        Assert.Equal(
            0,
            _folder.Vigil.Call("list", "export", "mine", "--to", exported, "--list-format", format).ExitCode
        );

        var again = _folder.Vigil.Call("list", "import", exported, "--name", "copy", "--format", "json");

        Assert.Contains("\"added\": 3", again.Out, StringComparison.Ordinal);
        var toOut = _folder.Vigil.Call("list", "export", "mine", "--to", "-", "--list-format", format);
        Assert.Equal(File.ReadAllText(exported), toOut.Out);
    }

    [Fact]
    public void Inspecting_a_list_counts_what_is_in_it_and_imports_nothing()
    {
        var ran = _folder.Vigil.Call(
            "list",
            "inspect",
            _folder.WriteList(Pdq, Pdq, Md5, "xyz"),
            "--list-format",
            "lines",
            "--format",
            "json"
        );
        Assert.Equal(3, ran.ExitCode);
        using var report = JsonDocument.Parse(ran.Out);
        Assert.Equal(3, report.RootElement.GetProperty("entries").GetInt32());
        Assert.Equal(2, report.RootElement.GetProperty("pdq").GetInt32());
        Assert.Equal(1, report.RootElement.GetProperty("duplicates").GetInt32());
        Assert.Equal(1, report.RootElement.GetProperty("rejected").GetInt32());
        Assert.False(Directory.Exists(_folder.Data));
    }

    [Fact]
    public void A_list_whose_file_was_altered_is_an_error_and_never_an_empty_list()
    {
        Import(_folder.WriteList(Pdq));
        var file = Path.Combine(_folder.Data, "lists", "mine.vlist");
        var bytes = File.ReadAllBytes(file);
        bytes[^5] ^= 1;
        File.WriteAllBytes(file, bytes);
        var ran = _folder.Vigil.Call("match", "--list", "mine", "--hash", Pdq);
        Assert.Equal(3, ran.ExitCode);
        Assert.Empty(ran.Out);
    }

    private Ran Import(string file, params string[] options) =>
        _folder.Vigil.Call(["list", "import", file, "--name", "mine", .. options]);

    private string Match(string path) =>
        _folder.Vigil.Call("match", "--list", "mine", "--format", "jsonl", path).Out;

    private int Entries()
    {
        var ran = _folder.Vigil.Call("list", "show", "mine", "--format", "json");
        using var document = JsonDocument.Parse(ran.Out);
        return document.RootElement.GetProperty("lists")[0].GetProperty("entries").GetInt32();
    }

    private static IEnumerable<string> Firsts(string[] lines) =>
        lines.Select(line => string.Join(',', line.Split(',').Take(2)));
}
