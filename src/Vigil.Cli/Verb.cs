using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Vigil.Cli.Output;

namespace Vigil.Cli;

/// <summary>
/// A command whose first paragraph of description is its summary; the rest, with an example, ends its own
/// help.
/// </summary>
internal sealed class Verb : Command
{
    private readonly string _details;

    public Verb(string name, string description)
        : base(name, Split(description).Summary) => _details = Split(description).Details;

    /// <summary>Makes --help print the details of the command that is asked about.</summary>
    public static void AddDetailsTo(RootCommand root, string rootDetails)
    {
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new DetailedHelp((SynchronousCommandLineAction)help.Action!, rootDetails);
        }
    }

    private static (string Summary, string Details) Split(string description)
    {
        var end = description.IndexOf("\n\n", StringComparison.Ordinal);
        return (description[..end].Replace('\n', ' '), description[(end + 2)..]);
    }

    private sealed class DetailedHelp(SynchronousCommandLineAction help, string rootDetails)
        : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            var details = parseResult.CommandResult.Command is Verb verb ? verb._details : rootDetails;
            var width = Terminal.Width(Console.IsOutputRedirected);
            parseResult.InvocationConfiguration.Output.WriteLine(Paragraphs.Fill(details, width) + "\n");
            return code;
        }
    }
}
