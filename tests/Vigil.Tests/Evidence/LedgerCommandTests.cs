using System.Text.Json;
using Vigil.Evidence;
using Vigil.Tests.Cli;

namespace Vigil.Tests.Evidence;

/// <summary>The commands as an outsider runs them: a folder, a public key, no server.</summary>
public sealed class LedgerCommandTests : IDisposable
{
    private readonly TestLedger _ledger = new();
    private readonly VigilProgram _vigil;

    public LedgerCommandTests() => _vigil = new VigilProgram(_ledger.Root["data"]);

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void Verify_says_ok_and_after_any_change_names_entry_and_file()
    {
        _ledger.Grow(300);
        var ok = Call("verify", _ledger.Folder);
        Assert.Equal(
            (0, $"ok: {TestLedger.Origin}: 300 entries as signed, root "),
            (ok.ExitCode, ok.Out[..^45])
        );

        var bytes = File.ReadAllBytes(_ledger["tile/entries/001.p/44"]);
        bytes[5] ^= 1;
        File.WriteAllBytes(_ledger["tile/entries/001.p/44"], bytes);
        var altered = Call("verify", _ledger.Folder);
        Assert.Equal(1, altered.ExitCode);
        Assert.StartsWith("tile/entries/001.p/44, entry 256: ", altered.Out);
        var json = JsonDocument.Parse(Call("verify", _ledger.Folder, "--format", "json").Out).RootElement;
        Assert.False(json.GetProperty("ok").GetBoolean());
        Assert.Equal(300, json.GetProperty("size").GetInt64());
        Assert.StartsWith("tile/entries/001.p/44, entry 256", json.GetProperty("findings")[0].GetString());
        // Nothing is proven from what is damaged.
        Assert.Equal(1, Call("prove", _ledger.Folder, "--index", "256").ExitCode);
        Assert.Equal(0, Call("prove", _ledger.Folder, "--index", "255").ExitCode);
    }

    [Fact]
    public void A_folder_that_is_not_there_and_a_key_that_is_not_given_are_said_so()
    {
        _ledger.Grow(1);
        var gone = _vigil.Call("ledger", "verify", _ledger.Root["nowhere"]);
        Assert.Equal(2, gone.ExitCode);
        Assert.Contains("nowhere' is not there", gone.Error, StringComparison.Ordinal);
        var keyless = _vigil.Call("ledger", "verify", _ledger.Folder);
        Assert.Equal(2, keyless.ExitCode);
        Assert.Contains(
            "the console's ledger page",
            keyless.Error.ReplaceLineEndings(" "),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Verify_with_an_earlier_checkpoint_finds_a_rollback_and_a_fork()
    {
        var kept = _ledger.Root["kept"];
        _ledger.Grow(100);
        _ledger.CopyTo(_ledger.Root["copy"]);
        _ledger.Grow(100);
        File.Copy(_ledger["checkpoint"], kept);
        Assert.Equal(0, Call("verify", _ledger.Folder, "--checkpoint", kept).ExitCode);
        _ledger.Grow(100);
        Assert.Equal(0, Call("verify", _ledger.Folder, "--checkpoint", kept).ExitCode);

        Directory.Delete(_ledger.Folder, recursive: true);
        Directory.Move(_ledger.Root["copy"], _ledger.Folder);
        var back = Call("verify", _ledger.Folder, "--checkpoint", kept);
        Assert.Equal(1, back.ExitCode);
        Assert.Contains("put back to an older state", back.Out, StringComparison.Ordinal);
        using (var ledger = _ledger.Open())
        {
            ledger.Append(TestLedger.Entries(7000, 100));
        }
        var forked = Call("verify", _ledger.Folder, "--checkpoint", kept);
        Assert.Equal(1, forked.ExitCode);
        Assert.Contains("two histories", forked.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proof_is_written_and_verified_without_the_folder()
    {
        _ledger.Grow(300);
        var leaf = Convert.ToHexString(TestLedger.Entry(41).Span);
        var byIndex = Call("prove", _ledger.Folder, "--index", "41");
        var byLeaf = Call("prove", _ledger.Folder, "--leaf", leaf);
        Assert.Equal((0, byIndex.Out), (byLeaf.ExitCode, byLeaf.Out));
        Assert.StartsWith("c2sp.org/tlog-proof@v1\nindex 41\n", byIndex.Out);

        var file = _ledger.Root["proof"];
        File.WriteAllText(file, byIndex.Out);
        Directory.Delete(_ledger.Folder, recursive: true);
        var good = Call("verify", file, "--leaf", leaf);
        Assert.Equal(0, good.ExitCode);
        Assert.StartsWith($"ok: {TestLedger.Origin}: entry 41 of 300 is in the ledger", good.Out);
        Assert.Equal(1, Call("verify", file, "--leaf", leaf + "00").ExitCode);
        Assert.Equal(2, Call("verify", file).ExitCode);
    }

    [Fact]
    public void What_cannot_be_proven_or_understood_says_what_to_do()
    {
        _ledger.Grow(3);
        var grown = Call("prove", _ledger.Folder, "--from", "2");
        Assert.StartsWith("old 2\n", grown.Out);
        Assert.Equal(1, Call("prove", _ledger.Folder, "--leaf", "00").ExitCode);
        Assert.Equal(3, Call("prove", _ledger.Folder, "--index", "3").ExitCode);
        Assert.Equal(2, Call("prove", _ledger.Folder, "--index", "x").ExitCode);
        Assert.Equal(2, Call("prove", _ledger.Folder).ExitCode);
        Assert.Equal(2, _vigil.Call("ledger", "verify", _ledger.Folder).ExitCode);
        Assert.Equal(2, _vigil.Call("ledger", "verify", _ledger.Folder, "--key", "a+b+c").ExitCode);
        var nothing = Call("verify", _ledger.Root["nowhere"]);
        Assert.Equal(3, nothing.ExitCode);
        Assert.Contains("has no file 'checkpoint'", nothing.Error, StringComparison.Ordinal);
        using var other = new TestLedger();
        var key = _vigil.Call("ledger", "verify", _ledger.Folder, "--key", other.Vkey);
        Assert.Equal(1, key.ExitCode);
        Assert.Contains("is not signed by", key.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_witness_in_a_second_process_signs_growth_and_refuses_a_fork()
    {
        var state = _ledger.Root["witness"];
        _ledger.Grow(100);
        _ledger.CopyTo(_ledger.Root["copy"]);
        var first = Call("witness", _ledger.Folder, "--state", state);
        Assert.Equal(0, first.ExitCode);
        Assert.StartsWith("\u2014 vigil.example/witness ", first.Out);
        Assert.Contains("First sight of this ledger, 100 entries", first.Error, StringComparison.Ordinal);
        _ledger.Grow(50);
        var second = Call("witness", _ledger.Folder, "--state", state);
        Assert.Contains("Grew from 100 to 150 entries.", second.Error, StringComparison.Ordinal);

        // The signature verifies on the ledger's own checkpoint.
        var line = second.Error.Split('\n').Single(l => l.Contains("public key: ", StringComparison.Ordinal));
        var witness = VerifierKey.Parse(line.Split("public key: ")[1]);
        byte[] joined =
        [
            .. File.ReadAllBytes(_ledger["checkpoint"]),
            .. System.Text.Encoding.UTF8.GetBytes(second.Out),
        ];
        Assert.NotNull(Checkpoint.Open(joined, _ledger.Key.Verifier).CosignedAt(witness));

        Directory.Delete(_ledger.Folder, recursive: true);
        Directory.Move(_ledger.Root["copy"], _ledger.Folder);
        Assert.Equal(
            (1, ""),
            (Call("witness", _ledger.Folder, "--state", state) is var back ? back.ExitCode : 0, back.Out)
        );
        using (var ledger = _ledger.Open())
        {
            ledger.Append(TestLedger.Entries(9000, 80));
        }
        var forked = Call("witness", _ledger.Folder, "--state", state);
        Assert.Equal((1, ""), (forked.ExitCode, forked.Out));
        Assert.Contains(
            "do not begin with the 150 that were witnessed",
            forked.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(2, Call("witness", _ledger.Folder).ExitCode);
    }

    private Ran Call(string verb, string path, params string[] more) =>
        _vigil.Call(["ledger", verb, path, "--key", _ledger.Vkey, .. more]);
}
